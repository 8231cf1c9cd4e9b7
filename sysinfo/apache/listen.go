package apache

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

func readListens(c *Config) []Listen {
	var all []Listen
	for _, d := range c.Main.Own("Listen") {
		host, port := splitPort(d.Arg(0))
		if n, err := strconv.Atoi(d.Arg(0)); err == nil {
			host, port = "", n
		}
		if port < 1 || port > 65535 {
			c.problem(d.Place, "Port must be specified", nil)
			continue
		}
		l := Listen{Host: anyHost(host), Port: port, Place: d.Place}
		if p := strings.ToLower(d.Arg(1)); p == "https" || p == "" && port == 443 {
			l.TLS = p == "https" || c.Has("ssl_module")
		}
		all = append(all, l)
	}
	return all
}

// anyHost makes all ways to say "any address" one.
func anyHost(host string) string {
	switch host {
	case "*", "0.0.0.0", "::", "_default_":
		return ""
	}
	return host
}

func parseAddr(s string) Addr {
	if rest, ok := strings.CutSuffix(s, ":*"); ok {
		return Addr{Host: anyHost(strings.Trim(rest, "[]"))}
	}
	host, port := splitPort(s)
	return Addr{anyHost(host), port}
}

// splitPort takes "host:80" and "[::1]:80" apart; the port is 0 where none is.
func splitPort(s string) (string, int) {
	if strings.HasPrefix(s, "[") {
		end := strings.IndexByte(s, ']')
		if end < 0 {
			return s, 0
		}
		port, _ := strconv.Atoi(strings.TrimPrefix(s[end+1:], ":"))
		return s[1:end], port
	}
	host, tail, ok := strings.Cut(s, ":")
	if !ok || strings.Contains(tail, ":") {
		return s, 0
	}
	port, _ := strconv.Atoi(tail)
	return host, port
}

// reachable gives each server the addresses that lead to it, and puts the main server in front where some lead there.
func (c *Config) reachable() {
	for _, l := range c.listens {
		on := c.on(l.Host, l.Port)
		for _, s := range on {
			s.Listens = append(s.Listens, l)
		}
		if len(on) == 0 {
			c.base.Listens = append(c.base.Listens, l)
		}
	}
	if len(c.base.Listens) > 0 {
		c.servers = append([]*Server{c.base}, c.servers...)
	}
}

// on are the virtual hosts of an address, in order: those that name it, else those on any (vhost.c). An empty host
// asks for all that some address of the machine may lead to.
func (c *Config) on(host string, port int) []*Server {
	var exact, wild []*Server
	for _, s := range c.servers {
		e, w := false, false
		for _, a := range s.Addrs {
			fits := a.Port == 0 || a.Port == port
			e = e || fits && a.Host != "" && (host == "" || strings.EqualFold(a.Host, host))
			w = w || fits && (a.Host == "" || !isIP(a.Host)) // a name: the resolver knows which address it is
		}
		switch {
		case e && host != "":
			exact = append(exact, s)
		case w || e:
			wild = append(wild, s)
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return wild
}

// Match is the server that answers a request for host which came in on addr and port ("" and 0: any address, the
// scheme's port); nil when nobody listens there.
func (c *Config) Match(scheme, addr string, port int, host string) *Server {
	if port == 0 {
		port = 80
		if scheme == "https" {
			port = 443
		}
	}
	listens := false
	for _, l := range c.listens {
		listens = listens || l.Port == port && (l.Host == "" || addr == "" || l.Host == addr)
	}
	if !listens {
		return nil
	}
	on := c.on(anyHost(addr), port)
	if len(on) == 0 {
		return c.base
	}
	name, _ := splitPort(strings.ToLower(host))
	name = strings.TrimSuffix(name, ".")
	for _, s := range on {
		if s.called(name) {
			return s
		}
	}
	return on[0]
}

func (s *Server) called(host string) bool {
	for _, n := range s.Names {
		if glob(strings.ToLower(n), host) {
			return true
		}
	}
	return false
}

func isIP(s string) bool {
	_, err := netip.ParseAddr(s)
	return err == nil
}

func (l Listen) String() string { return fmt.Sprintf("%s:%d", l.Host, l.Port) }

// Unopened is the virtual host that stands for a port at which no Listen line lets httpd listen; nil when there is none.
func (c *Config) Unopened(port int) *Server {
	if slices.ContainsFunc(c.listens, func(l Listen) bool { return l.Port == port }) {
		return nil
	}
	for _, s := range c.servers {
		if slices.ContainsFunc(s.Addrs, func(a Addr) bool { return a.Port == port }) {
			return s
		}
	}
	return nil
}
