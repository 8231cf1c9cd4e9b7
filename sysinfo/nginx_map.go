package sysinfo

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo/conf"
	"fix502/sysinfo/nginx"
)

// readNginx reads the configuration and draws the map: sites and hops.
func (f *Facts) readNginx(ctx context.Context, g *Gateway, n *Nginx) {
	n.Config = nginx.ParseAs(g.Root, n.Build)
	g.Extra, g.Version, g.Config = n, n.Build.Version, n.Config.Path
	g.User, _, _ = n.Config.User()
	if g.Creds.UID < 0 {
		if u, err := readUsers(g.Root); err == nil {
			if c, ok := u.Creds(g.User); ok {
				g.Creds = c
			}
		}
	}
	for _, p := range n.Config.Problems {
		g.Problems = append(g.Problems, Problem{Place{File: p.File, Line: p.Line}, p.Text, p.Err})
	}
	g.Read, g.Edited, g.EditedFile = len(n.Config.Files), n.Config.Edited, n.Config.EditedFile
	for _, l := range n.Config.ErrorLogs() {
		g.Logs = append(g.Logs, logFile(g, "error", l))
	}
	for _, s := range n.Config.Servers() {
		g.Sites = append(g.Sites, nginxSite(g, s))
	}
}

func logFile(g *Gateway, kind string, l nginx.Log) LogFile {
	p := l.Path
	switch local := l.Sink == "stderr" || l.Sink == "syslog" && strings.Contains(l.Path, "unix:/dev/log"); {
	case local && g.Unit != "" && !g.Foreign:
		p = "journal:" + g.Unit // where systemd lets both end
	case l.Sink == "stderr" && g.Container != nil:
		p = g.said("/dev/stderr")
	case l.Sink != nginx.ToFile:
		p = string(l.Sink) + ":" + l.Path
	default:
		p = g.said(p)
	}
	above := l.Level == "crit" || l.Level == "alert" || l.Level == "emerg"
	return LogFile{Path: p, Kind: kind, Where: l.Place, Format: l.Layout, Deaf: p == "/dev/null" || above || l.Sink == nginx.ToMemory}
}

func nginxSite(g *Gateway, s *nginx.Server) *Site {
	site := &Site{Gateway: g, Name: siteName(s), Spelt: spelt(s.Names), Names: s.Names, Where: s.Block.Place, Root: s.Root(s.Block).Value(), Extra: s}
	for _, l := range s.Listens {
		a, _ := netip.ParseAddr(l.Host)
		site.Listen = append(site.Listen, Listen{Addr: netip.AddrPortFrom(a, uint16(l.Port)), Unix: l.Unix, TLS: l.SSL, Default: l.Default, Proxied: l.Proxy, Place: l.Place})
	}
	for _, l := range s.ErrorLogs(s.Block) {
		site.Logs = append(site.Logs, logFile(g, "error", l))
	}
	for _, l := range s.AccessLogs(s.Block) {
		site.Logs = append(site.Logs, logFile(g, "access", l))
	}
	for _, p := range s.Passes {
		for _, l := range p.ErrorLogs() {
			if lf := logFile(g, "error", l); !slices.Contains(site.Logs, lf) {
				site.Logs = append(site.Logs, lf)
			}
		}
		for _, t := range p.Targets() {
			site.Hops = append(site.Hops, nginxHop(site, p, t))
		}
	}
	return site
}

// siteName is the first name a visitor could type. One that stands for many is no other block's own: www.shop.test mostly is that of the main
// site, and *.shop.test has the tenants.
func siteName(s *nginx.Server) string {
	var ports []int
	for _, l := range s.Listens {
		ports = append(ports, l.Port)
	}
	name := nameOf(s.Names, ports)
	if below, ok := strings.CutPrefix(name, "www."); ok && s.Elsewhere(name) && s.Takes("any."+below) {
		return "any." + below
	}
	return name
}

// nameOf is the first of a site's names that a visitor could type, else an address of this machine.
func nameOf(names []string, ports []int) string {
	for _, n := range names {
		if n != "" && n != "_" && !strings.HasPrefix(n, "~") {
			if below, ok := strings.CutPrefix(n, "*."); ok { // a name below it; of itself such a block knows nothing
				return "www." + below
			}
			return strings.TrimPrefix(n, ".")
		}
	}
	for _, n := range names {
		if pattern, ok := strings.CutPrefix(n, "~"); ok {
			if name, ok := conf.HostLike(pattern); ok {
				return name
			}
		}
	}
	for _, p := range ports {
		if p != 0 && p != 80 && p != 443 {
			return fmt.Sprintf("localhost:%d", p)
		}
	}
	return "localhost"
}

// spelt is how a site's names are spelt where none of them is one that a visitor could type: "~^forum\.", "*.shop.test".
func spelt(names []string) string {
	for _, n := range names {
		if n != "" && n != "_" && !strings.HasPrefix(n, "~") {
			return map[bool]string{true: n}[strings.HasPrefix(n, "*.")]
		}
	}
	for _, n := range names {
		if pattern, ok := strings.CutPrefix(n, "~"); ok {
			if name, ok := conf.HostLike(pattern); ok {
				return map[bool]string{true: n}[conf.MadeUp(name, pattern)]
			}
		}
	}
	return ""
}

func nginxHop(s *Site, p *nginx.Pass, t nginx.Target) *Hop {
	h := &Hop{Site: s, From: "nginx", To: peerKind(p.Scheme), Scheme: p.Scheme, Unix: t.Path, Host: t.Host, Port: t.Port,
		Variable: t.Variable || t.Unknown != "", Pass: p.Place, Where: t.Place, Raw: t.Address(), Extra: NginxHop{p, t}}
	if h.Scheme == "" && !h.Variable {
		h.Scheme, h.To = t.Scheme, peerKind(t.Scheme)
	}
	if !h.Where.Known() {
		h.Where = h.Pass
	}
	if h.Host == "" && h.Unix == "" {
		h.Host = t.Unknown
	}
	h.Location = "server"
	if p.Location != nil {
		h.Location = p.Location.String()
	}
	if t.Upstream != nil {
		h.Block = t.Upstream.Name
	}
	if t.Peer != nil {
		h.Backup, h.Down = t.Peer.Backup, t.Peer.Down
	}
	h.Settings = nginxSettings(p)
	return h
}

// NginxHop is a hop as nginx's configuration has it.
type NginxHop struct {
	Pass   *nginx.Pass
	Target nginx.Target
}

func nginxSettings(p *nginx.Pass) Settings {
	var s Settings
	get := func(name string) (time.Duration, Place) {
		set := p.Get(name)
		d, _ := set.Duration()
		return d, set.Place
	}
	s.Connect, s.ConnectWhere = get("connect_timeout")
	s.Send, _ = get("send_timeout")
	s.Read, s.ReadWhere = get("read_timeout")
	s.Between, s.BetweenWhere = s.Read, s.ReadWhere
	size := p.Get("buffer_size")
	n, _ := size.Bytes()
	s.BufferSize, s.BufferWhere = int(n), size.Place
	return s
}

// peerKind names the other end by the protocol it should speak.
func peerKind(scheme string) string {
	switch scheme {
	case "fastcgi":
		return "php-fpm"
	case "http", "https":
		return "app"
	case "grpc", "grpcs":
		return "grpc app"
	}
	return scheme + " app"
}
