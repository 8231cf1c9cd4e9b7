package nginx

import (
	"net/netip"
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
	servers := c.listening(addr, port)
	if len(servers) == 0 {
		return nil, true
	}
	found, sure = named(servers, hostName(host))
	if found != nil {
		return found, sure
	}
	for _, s := range servers {
		for _, l := range s.Listens {
			if l.Default && l.hasPort(port) {
				return s, sure
			}
		}
	}
	return servers[0], sure
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
func (c *Config) listening(addr string, port int) []*Server {
	a, err := netip.ParseAddr(addr)
	if err == nil {
		if exact := c.onHost(a.Unmap().String(), port); len(exact) > 0 {
			return exact
		}
		if a.Unmap().Is4() {
			return c.onHost("0.0.0.0", port)
		}
		return c.onHost("::", port)
	}
	for _, host := range []string{"0.0.0.0", "::", ""} {
		if on := c.onHost(host, port); len(on) > 0 {
			return on
		}
	}
	return nil
}

// onHost are the servers that listen on host:port; an empty host is any.
func (c *Config) onHost(host string, port int) []*Server {
	var on []*Server
	for _, s := range c.servers {
		for _, l := range s.Listens {
			if l.hasPort(port) && (host == "" || l.Host == host) {
				on = append(on, s)
				break
			}
		}
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

func (s *Server) names() []string {
	if len(s.Names) == 0 {
		return []string{""}
	}
	return s.Names
}

// rank orders how well a name without expression fits: 0 not at all.
func rank(name, host string) int {
	const exact, head, tail = 3 << 16, 2 << 16, 1 << 16
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
