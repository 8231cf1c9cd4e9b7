package sysinfo

import (
	"context"
	"net/netip"
	"path"
	"strings"

	"fix502/sysinfo/litespeed"
)

// LiteSpeed is what the LiteSpeed checks need of a Gateway beyond what every gateway has.
type LiteSpeed struct {
	Config *litespeed.Config
	Root   string // where it is installed
}

// LiteSpeedHop is a hop as OpenLiteSpeed's configuration has it.
type LiteSpeedHop struct{ Pass litespeed.Pass }

// lswsRoot is where every installer puts it.
const lswsRoot = "/usr/local/lsws"

// runningLiteSpeeds: the master calls itself "openlitespeed (lshttpd - main)", or "litespeed (lshttpd - main)".
func (f *Facts) runningLiteSpeeds(ctx context.Context, procs []Proc) []*Gateway {
	var masters []Proc
	workers := map[int][]Proc{}
	for _, p := range procs {
		switch {
		case strings.Contains(p.Cmd, "(lshttpd - main)"):
			masters = append(masters, p)
		case strings.Contains(p.Cmd, "(lshttpd - #"):
			workers[p.PPID] = append(workers[p.PPID], p)
		}
	}
	return f.runningGateways(ctx, "litespeed", masters, workers, func(g *Gateway, p Proc) {
		g.loadedWith(workers[p.PID])
		f.readLiteSpeed(g)
	})
}

// installedLiteSpeed is one that does not run; nil when there is none.
func (f *Facts) installedLiteSpeed(context.Context) *Gateway {
	if !f.Host.Root.Exists(lswsRoot + "/conf/httpd_config.conf") {
		return nil
	}
	g := &Gateway{Kind: "litespeed", Root: f.Host.Root, Creds: Creds{UID: -1, GID: -1}}
	f.readLiteSpeed(g)
	return g
}

func (f *Facts) readLiteSpeed(g *Gateway) {
	l := &LiteSpeed{Root: lswsRoot, Config: &litespeed.Config{}}
	g.Extra, g.Config = l, lswsRoot+"/conf/httpd_config.conf"
	if !g.Root.Exists(g.Config) { // Enterprise: XML, or Apache's own files
		g.Logs = []LogFile{{Path: lswsRoot + "/logs/error.log", Kind: "error"}}
		return
	}
	c := litespeed.Parse(g.Root, lswsRoot, g.Config)
	l.Config, g.User = c, c.User
	for _, p := range c.Problems {
		g.Problems = append(g.Problems, Problem{p.Place, p.Text, p.Err})
	}
	g.newest(c.Files)
	if c.ErrorLog.Text != "" {
		g.Logs = append(g.Logs, LogFile{Path: c.ErrorLog.Text, Kind: "error", Where: c.ErrorLog.Place})
	}
	if c.AccessLog.Text != "" {
		g.Logs = append(g.Logs, LogFile{Path: c.AccessLog.Text, Kind: "access", Where: c.AccessLog.Place})
	}
	for _, h := range c.Hosts {
		g.Sites = append(g.Sites, liteSpeedSite(g, h))
	}
}

func liteSpeedSite(g *Gateway, h *litespeed.Host) *Site {
	s := &Site{Gateway: g, Names: h.Domains, Where: h.Place, Root: h.Root, Extra: h}
	var ports []int
	for _, l := range h.Listeners {
		ports = append(ports, l.Port)
		addr, err := netip.ParseAddr(l.Host)
		switch {
		case l.Host == "ANY6":
			addr = netip.IPv6Unspecified()
		case err != nil: // *, ANY
			addr = netip.IPv4Unspecified()
		}
		s.Listen = append(s.Listen, Listen{Addr: netip.AddrPortFrom(addr, uint16(l.Port)), TLS: l.TLS})
	}
	s.Name = nameOf(s.Names, ports)
	if h.ErrorLog.Text != "" {
		s.Logs = append(s.Logs, LogFile{Path: h.ErrorLog.Text, Kind: "error", Where: h.ErrorLog.Place, Site: s.Name})
	}
	for _, p := range h.Passes {
		if !p.App.Own && p.App.Scheme != "" { // what it starts itself has no socket before the first visitor
			s.Hops = append(s.Hops, liteSpeedHop(s, p))
		}
	}
	return s
}

func liteSpeedHop(s *Site, p litespeed.Pass) *Hop {
	a := p.App
	h := &Hop{Site: s, From: s.Gateway.Title(), To: peerKind(a.Scheme), Scheme: a.Scheme, Unix: a.Unix, Host: a.Host, Port: a.Port, Location: "context " + p.URI,
		Pass: p.Place, Where: a.Place, Raw: a.Address, Extra: LiteSpeedHop{p}}
	if p.URI == "" {
		h.Location = "scripts"
	}
	h.Settings.Connect, h.Settings.Read = 60e9, 60e9
	return h
}

func (l *LiteSpeed) answers(g *Gateway, scheme, addr string, port int, host string) *Site {
	return byListen(g, scheme, addr, port, host)
}

// passes: the context with the longest URI, then the script handler for what looks like a script.
func (l *LiteSpeed) passes(s *Site, uri string) *Hop {
	uri = withoutQuery(uri)
	var best *Hop
	longest := -1
	for _, h := range s.Hops {
		x, ok := h.Extra.(LiteSpeedHop)
		switch u := x.Pass.URI; {
		case !ok:
		case u == "" && (path.Ext(uri) == ".php" || strings.HasSuffix(uri, "/")) && longest < 0:
			best = h
		case u != "" && strings.HasPrefix(uri, u) && len(u) > longest:
			best, longest = h, len(u)
		}
	}
	return best
}

func (l *LiteSpeed) sends(h *Hop) string { return h.Site.Name }

func (l *LiteSpeed) sample(h *Hop) []string {
	if x, ok := h.Extra.(LiteSpeedHop); ok && x.Pass.URI != "" {
		return []string{x.Pass.URI}
	}
	return []string{"/"}
}
