package nginx

import (
	"net/netip"
	"slices"
	"strings"
)

// Match is the server that answers a request for host which came in on addr and port ("" and 0: any address,
// the scheme's port). It is nil when nobody listens there, and not sure when a server_name expression that Go
// cannot compile may have taken it.
func (c *Config) Match(scheme, addr string, port int, host string) (found *Server, sure bool) {
	if port == 0 {
		port = 80
		if scheme == "https" {
			port = 443
		}
	}
	on := c.listening(addr, port)
	if on == nil {
		return nil, true
	}
	servers := on.servers
	if found := on.exact[hostName(host)]; found != nil {
		return found, true
	}
	found, sure = named(servers, hostName(host))
	if found != nil {
		return found, sure
	}
	return on.lastResort(port), sure
}

// hostName is the name nginx looks up: lower case, without the port and one dot at the end.
func hostName(host string) string {
	if !strings.HasSuffix(host, "]") {
		host, _ = splitPort(host)
	}
	return strings.ToLower(strings.TrimSuffix(host, "."))
}

// listening are the servers of the one listening socket that takes addr:port. A socket on the very address
// takes its connections away from the one on * (ngx_http_add_addresses).
func (c *Config) listening(addr string, port int) *listeners {
	a, err := netip.ParseAddr(addr)
	if err == nil {
		if exact := c.onHost(a.Unmap().String(), port); exact != nil {
			return exact
		}
		if a.Unmap().Is4() {
			return c.onHost("0.0.0.0", port)
		}
		return c.onHost("::", port)
	}
	for _, host := range []string{"0.0.0.0", "::", ""} {
		if on := c.onHost(host, port); on != nil {
			return on
		}
	}
	return nil
}

// listeners are the servers behind one socket.
type listeners struct {
	servers []*Server
	exact   map[string]*Server // by their plain names in lower case; of two the first
}

// endpoint is where somebody listens; an empty host is any.
type endpoint struct {
	host string
	port int
}

// onHost are the servers that listen on host:port, nil when none does. They are looked for once: many ask of thousands.
func (c *Config) onHost(host string, port int) *listeners {
	c.sockets.Lock()
	defer c.sockets.Unlock()
	key := endpoint{host, port}
	on, known := c.sockets.on[key]
	if !known {
		on = c.whoListens(key)
		if c.sockets.on == nil {
			c.sockets.on = map[endpoint]*listeners{}
		}
		c.sockets.on[key] = on
	}
	return on
}

func (c *Config) whoListens(at endpoint) *listeners {
	on := &listeners{exact: map[string]*Server{}}
	for _, s := range c.servers {
		if !slices.ContainsFunc(s.Listens, func(l Listen) bool { return l.hasPort(at.port) && (at.host == "" || l.Host == at.host) }) {
			continue
		}
		on.servers = append(on.servers, s)
		for _, name := range s.names() {
			name = strings.TrimPrefix(strings.ToLower(name), ".") // ".shop.test" is shop.test as well
			if on.exact[name] == nil && rank(name, name) == exact {
				on.exact[name] = s
			}
		}
	}
	if on.servers == nil {
		return nil
	}
	return on
}

// named picks by server_name: exact, the longest *.x, the longest x.*, the first expression that matches.
func named(servers []*Server, host string) (found *Server, sure bool) {
	best := 0
	for _, s := range servers {
		for _, name := range s.names() {
			if n := rank(strings.ToLower(name), host); n > best {
				best, found = n, s
			}
		}
	}
	if found != nil {
		return found, true
	}
	sure = true
	for _, s := range servers {
		for _, name := range s.Names {
			if pattern, ok := strings.CutPrefix(name, "~"); ok {
				hit, known := matches(true, pattern, host)
				sure = sure && known
				if hit {
					return s, sure
				}
			}
		}
	}
	return nil, sure
}

// Takes says that a server has a host among its names, by itself or by one that stands for many, or that it may.
func (s *Server) Takes(host string) bool {
	found, sure := named([]*Server{s}, hostName(host))
	return found != nil || !sure
}

func (s *Server) names() []string {
	if len(s.Names) == 0 {
		return []string{""}
	}
	return s.Names
}

// exact is the rank of a name that is the host's.
const exact = 3 << 16

// rank orders how well a name without expression fits: 0 not at all.
func rank(name, host string) int {
	const head, tail = 2 << 16, 1 << 16
	switch {
	case strings.HasPrefix(name, "~"):
		return 0
	case name == host:
		return exact
	case strings.HasPrefix(name, "."):
		if host == name[1:] {
			return exact
		}
		if strings.HasSuffix(host, name) {
			return head + len(name)
		}
	case strings.HasPrefix(name, "*.") && strings.HasSuffix(host, name[1:]) && len(host) >= len(name):
		return head + len(name)
	case strings.HasSuffix(name, ".*") && strings.HasPrefix(host, name[:len(name)-1]):
		return tail + len(name)
	}
	return 0
}
