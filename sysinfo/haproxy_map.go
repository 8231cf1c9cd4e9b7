package sysinfo

import (
	"net/netip"
	"strings"

	"fix502/sysinfo/haproxy"
)

// readHAProxy reads the configuration and draws the map. Each host that a rule names is a site, and what is left of a
// frontend is one.
func (f *Facts) readHAProxy(g *Gateway, h *HAProxy, env map[string]string) {
	h.Config = haproxy.Parse(g.Root, h.Names, env)
	g.Extra, g.Config = h, h.Config.Path
	for _, p := range h.Config.Problems {
		g.Problems = append(g.Problems, Problem{p.Place, p.Text, p.Err})
	}
	g.newest(h.Config.Files)
	global := h.Config.Global()
	if l, ok := global.Get("chroot"); ok && len(l.Words) > 1 {
		g.Chroot = l.Words[1]
	}
	if l, ok := global.Get("user"); ok && len(l.Words) > 1 {
		g.User = l.Words[1]
	}
	for _, l := range global.All("log") {
		if len(l.Words) > 1 {
			g.Logs = append(g.Logs, f.syslogged(g, "haproxy", l.Words[1], l.Place))
		}
	}
	for _, s := range h.Config.Proxies("frontend", "listen") {
		g.Sites = append(g.Sites, haproxySites(g, h.Config, s)...)
	}
}

// syslogged is where a program's lines are that it hands to syslog: the file that rsyslog's packages make for it, else
// the journal.
func (f *Facts) syslogged(g *Gateway, program, target string, at Place) LogFile {
	l := LogFile{Kind: "mixed", Where: at, Path: "journal:" + g.Unit}
	if g.Unit == "" {
		l.Path = "journal:" + program + ".service"
	}
	if g.Container != nil && (target == "stderr" || target == "stdout") {
		l.Path = g.said("/dev/" + target)
		return l
	}
	if file := "/var/log/" + program + ".log"; target != "stderr" && target != "stdout" && f.Host.Root.Exists(file) {
		l.Path = file
	}
	l.Deaf = !g.Foreign && toPort514(target) && !f.hears514()
	return l
}

// toPort514 says that a target of HAProxy's "log" is syslog's port on this machine: 514 where none is written (configuration.txt, "log").
func toPort514(target string) bool {
	host, port, _ := strings.Cut(strings.TrimPrefix(target, "udp@"), ":")
	return (host == "127.0.0.1" || host == "localhost") && (port == "" || port == "514")
}

// hears514 says that some program takes syslog's datagrams here (proc(5), /proc/net/udp); where that cannot be read, it is taken for granted.
func (f *Facts) hears514() bool {
	heard, _ := Memo(f, "syslog's port", func() (bool, error) {
		for _, file := range []string{"/proc/net/udp", "/proc/net/udp6"} {
			text, err := f.Host.Root.ReadFile(file)
			if err != nil && file == "/proc/net/udp" {
				return true, nil
			}
			for line := range strings.Lines(string(text)) {
				if w := strings.Fields(line); len(w) > 1 && strings.HasSuffix(w[1], ":0202") {
					return true, nil
				}
			}
		}
		return false, nil
	})
	return heard
}

func haproxySites(g *Gateway, c *haproxy.Config, front *haproxy.Section) []*Site {
	var listen []Listen
	var ports []int
	web := front.Mode() == "http"
	for _, b := range front.Binds() {
		web = web || b.Port == 80 || b.Port == 443
		listen = append(listen, bound(b)...)
		ports = append(ports, b.Port)
	}
	if len(listen) == 0 || !web || g.Running() && front.Disabled() {
		return nil
	}
	var hosts []string
	seen, spelt := map[string]bool{}, map[string]string{}
	for _, r := range front.Rules() {
		for _, h := range r.Hosts {
			if !seen[h] {
				seen[h], spelt[h] = true, r.Spelt[h]
				hosts = append(hosts, h)
			} else if r.Spelt[h] == "" {
				delete(spelt, h) // another rule names it
			}
		}
	}
	var out []*Site
	for _, host := range append(hosts, "") {
		s := &Site{Gateway: g, Name: host, Spelt: spelt[host], Where: front.Place, Listen: listen, Extra: front}
		if host == "" {
			s.Name = nameOf(nil, ports)
		} else {
			s.Names = []string{host}
		}
		if _, logs := front.Get("log"); !logs {
			s.Logs = []LogFile{{Kind: "mixed", Where: front.Place, Deaf: true}}
		}
		s.Hops = haproxyHops(s, c, front, host)
		if len(s.Hops) > 0 || len(hosts) == 0 { // where hosts are told apart, others get no backend: 503, and rightly so
			out = append(out, s)
		}
	}
	return out
}

// haproxyUnnamed is a site whose name no rule of a frontend spells out: it has the hops of the rules that take it by a part of its name, and
// none where no rule does. Nil for a frontend that is not for the web.
func haproxyUnnamed(g *Gateway, c *haproxy.Config, front *haproxy.Section, host string) *Site {
	s := &Site{Gateway: g, Name: host, Names: []string{host}, Where: front.Place, Extra: front}
	for _, b := range front.Binds() {
		s.Listen = append(s.Listen, bound(b)...)
	}
	if len(s.Listen) == 0 || front.Mode() != "http" || g.Running() && front.Disabled() {
		return nil
	}
	s.Hops = haproxyHops(s, c, front, host)
	return s
}

// bound are the addresses of one bind: "*" and nothing are all of IPv4.
func bound(b haproxy.Bind) []Listen {
	if b.Unix != "" {
		return []Listen{{Unix: b.Unix, TLS: b.TLS, Proxied: b.Proxy, Place: b.Place}}
	}
	host := strings.TrimPrefix(b.Host, "*")
	a, err := netip.ParseAddr(host)
	switch {
	case host == "" && b.V6:
		a = netip.IPv6Unspecified()
	case host == "":
		a = netip.IPv4Unspecified()
	case err != nil:
		return nil
	}
	var out []Listen
	for port := b.Port; port <= max(b.Port, b.Last) && len(out) < 16; port++ {
		out = append(out, Listen{Addr: netip.AddrPortFrom(a, uint16(port)), TLS: b.TLS, Proxied: b.Proxy, Place: b.Place})
	}
	return out
}

// haproxyHops are the servers that requests for a host may go to.
func haproxyHops(s *Site, c *haproxy.Config, front *haproxy.Section, host string) []*Hop {
	return haproxyHopsOf(s, c, front, strings.ToLower(host), maxTiers)
}

// haproxyHopsOf follows a backend into another frontend of the same HAProxy, some tiers deep: what stands there is one process, and no hop.
func haproxyHopsOf(s *Site, c *haproxy.Config, front *haproxy.Section, host string, tiers int) []*Hop {
	var out []*Hop
	for _, r := range front.RulesFor(host) {
		back := c.Backend(r.Backend)
		if back == nil {
			continue
		}
		if inner := c.Inner(back); inner != nil {
			if tiers > 0 {
				out = append(out, haproxyHopsOf(s, c, inner, host, tiers-1)...)
			}
		} else {
			for _, srv := range back.Servers() {
				out = append(out, haproxyHop(s, c, front, back, r, srv))
			}
		}
		if front.Always(r, host) {
			break
		}
	}
	return out
}

func haproxyHop(s *Site, c *haproxy.Config, front, back *haproxy.Section, r haproxy.Rule, srv haproxy.Server) *Hop {
	scheme := "http"
	_, fcgi := back.Get("use-fcgi-app")
	switch {
	case srv.Proto == "fcgi" || fcgi:
		scheme = "fastcgi"
	case srv.TLS, back.Mode() == "tcp" && srv.Port == 443:
		scheme = "https"
	case srv.Proto == "h2":
		scheme = "grpc"
	}
	h := &Hop{Site: s, From: s.Gateway.Title(), To: peerKind(scheme), Scheme: scheme, Unix: srv.Unix, Host: strings.Trim(srv.Host, "*"), Port: srv.Port,
		Block: back.Name, Label: back.Name + "/" + srv.Name, Backup: srv.Backup, Down: srv.Disabled || back.Disabled(), Location: "backend " + back.Name,
		Pass: r.Place, Where: srv.Place, Raw: srv.Word, Extra: srv}
	if b := front.Binds(); h.Port == 0 && h.Unix == "" && len(b) > 0 {
		h.Port = b[0].Port
	}
	var at, connect haproxy.Place
	h.Settings.Read, at = back.Timeout("server")
	h.Settings.Connect, connect = back.Timeout("connect")
	h.Settings.Send, h.Settings.ReadWhere, h.Settings.ConnectWhere = h.Settings.Read, at, connect
	h.Settings.Between, h.Settings.BetweenWhere = h.Settings.Read, at
	h.Settings.BufferSize = c.HeaderRoom()
	return h
}
