package sysinfo

import (
	"context"
	"net/netip"
	"path"
	"strings"

	"fix502/sysinfo/apache"
)

// readApache reads the configuration and draws the map: sites and hops.
func (f *Facts) readApache(ctx context.Context, g *Gateway, a *Apache, built apache.Build) {
	built.Version = f.apacheVersion(ctx, g, a.Binary)
	a.Config = apache.Parse(apacheFiles{g.Root}, built)
	a.Debian = (g.Root.Exists("/usr/sbin/apache2ctl") || path.Base(a.Binary) == "apache2") && path.Dir(a.Config.Built.ConfPath) == "/etc/apache2"
	g.Extra, g.Version, g.Config = a, built.Version, a.Config.Built.ConfPath
	g.User = "www-data"
	if d := a.Config.Base().Get("User"); d != nil {
		g.User = d.Arg(0)
	}
	if g.Creds.UID < 0 {
		if u, err := readUsers(g.Root); err == nil {
			if c, ok := u.Creds(g.User); ok {
				g.Creds = c
			}
		}
	}
	for _, p := range a.Config.Problems {
		g.Problems = append(g.Problems, Problem{Place{File: p.File, Line: p.Line}, p.Text, p.Err})
	}
	g.newest(a.Config.Files)
	dated := &datedLogs{root: g.Root, folders: map[string][]string{}}
	g.Logs = append(g.Logs, apacheLog(g, dated, "error", a.Config.Base().ErrorLog()))
	for _, s := range a.Config.Servers() {
		g.Sites = append(g.Sites, apacheSite(g, dated, s))
	}
	g.nameLogs()
}

// apacheFiles is a root as package apache sees it.
type apacheFiles struct{ Root }

// IsDir follows links.
func (r apacheFiles) IsDir(name string) bool {
	i, err := r.Stat(name)
	return err == nil && i.Mode.IsDir()
}

// newest notes which of the files that a gateway reads was changed last.
func (g *Gateway) newest(files []string) {
	g.Read = len(files)
	for _, name := range files {
		if i, err := g.Root.Stat(name); err == nil && i.ModTime.After(g.Edited) {
			g.Edited, g.EditedFile = i.ModTime, name
		}
	}
}

// apacheVersion asks the program: `httpd -v` opens no configuration.
func (f *Facts) apacheVersion(ctx context.Context, g *Gateway, binary string) string {
	if g.Foreign || f.Host.Files {
		return ""
	}
	out, err := f.Host.Run(ctx, binary, "-v")
	if err != nil || out.Exit != 0 {
		return ""
	}
	return apache.ParseVersion(out.Stdout)
}

func apacheSite(g *Gateway, dated *datedLogs, s *apache.Server) *Site {
	site := &Site{Gateway: g, Names: s.Names, Where: s.Place, Root: s.DocumentRoot(), Extra: s}
	var ports []int
	proxied := s.Get("RemoteIPProxyProtocol") // mod_remoteip.c; who is excepted from it nobody can tell by the line alone
	for _, l := range s.Listens {
		ports = append(ports, l.Port)
		for _, on := range listensOn(l, s.TLS(l)) {
			if proxied != nil && strings.EqualFold(proxied.Arg(0), "on") && s.Get("RemoteIPProxyProtocolExceptions") == nil {
				on.Proxied, on.Place = true, proxied.Place
			}
			site.Listen = append(site.Listen, on)
		}
	}
	site.Name = nameOf(s.Names, ports)
	site.Logs = append(site.Logs, apacheLog(g, dated, "error", s.ErrorLog()))
	for _, l := range s.AccessLogs() {
		site.Logs = append(site.Logs, apacheLog(g, dated, "access", l))
	}
	for _, p := range s.Passes {
		if s.Overridden(p) {
			continue
		}
		for _, t := range p.Targets() {
			site.Hops = append(site.Hops, apacheHop(site, p, t))
		}
	}
	return site
}

// listensOn are the addresses of one Listen: without a host it takes IPv4 and IPv6.
func listensOn(l apache.Listen, tls bool) []Listen {
	if a, err := netip.ParseAddr(l.Host); err == nil {
		return []Listen{{Addr: netip.AddrPortFrom(a, uint16(l.Port)), TLS: tls}}
	}
	return []Listen{{Addr: netip.AddrPortFrom(netip.IPv4Unspecified(), uint16(l.Port)), TLS: tls},
		{Addr: netip.AddrPortFrom(netip.IPv6Unspecified(), uint16(l.Port)), TLS: tls}}
}

func apacheLog(g *Gateway, dated *datedLogs, kind string, l apache.Log) LogFile {
	p := l.Path
	switch local := l.Sink == apache.ToSyslog || l.Sink == apache.ToStderr; {
	case local && g.Unit != "" && !g.Foreign:
		p = "journal:" + g.Unit // where systemd lets both end
	case l.Sink == apache.ToStderr && g.Container != nil:
		p = g.said("/dev/stderr")
	case l.Sink != apache.ToFile:
		p = string(l.Sink) + ":" + l.Path
	case l.Dated:
		p = dated.newest(p)
	default:
		p = g.said(p)
	}
	return LogFile{Path: p, Kind: kind, Where: l.Place, Format: l.Layout, Deaf: p == "/dev/null" || l.Sink == apache.ToPipe}
}

// nameLogs tells whose a log is that only one site writes: Apache's lines name no site.
func (g *Gateway) nameLogs() {
	whose := map[string]string{}
	for _, l := range g.Logs {
		whose[l.Path] = "" // the main log: of everybody
	}
	for _, s := range g.Sites {
		for _, l := range s.Logs {
			if name, taken := whose[l.Path]; taken && name != s.Name {
				whose[l.Path] = ""
			} else {
				whose[l.Path] = s.Name
			}
		}
	}
	for _, s := range g.Sites {
		for i := range s.Logs {
			s.Logs[i].Site = whose[s.Logs[i].Path]
		}
	}
}

// ApacheHop is a hop as Apache's configuration has it.
type ApacheHop struct {
	Pass   *apache.Pass
	Target apache.Target
}

func apacheHop(s *Site, p *apache.Pass, t apache.Target) *Hop {
	scheme := apacheScheme(t.Scheme)
	h := &Hop{Site: s, From: s.Gateway.Title(), To: peerKind(scheme), Scheme: scheme, Unix: t.Path, Host: t.Host, Port: t.Port, Variable: t.Variable,
		Location: p.Where(), Pass: p.Place, Where: t.Place, Raw: t.Address(), Extra: ApacheHop{p, t}}
	if h.Host == "" && h.Unix == "" {
		h.Host, h.Variable = "$"+t.URL, true
	}
	if t.Balancer != nil {
		h.Block = t.Balancer.Name
	}
	if t.Member != nil {
		h.Backup, h.Down = t.Member.Spare, t.Member.Disabled
	}
	var read, connect apache.Setting
	h.Settings.Read, read = p.ReadTimeout(t)
	h.Settings.Connect, connect = p.ConnectTimeout(t)
	h.Settings.Send, h.Settings.ReadWhere, h.Settings.ConnectWhere = h.Settings.Read, read.Place, connect.Place
	h.Settings.Between, h.Settings.BetweenWhere = h.Settings.Read, h.Settings.ReadWhere
	h.Settings.HeaderSize = p.FieldSize(t)
	return h
}

// apacheScheme is a protocol by the name that all gateways share.
func apacheScheme(s string) string {
	switch s = strings.ToLower(s); s {
	case "fcgi":
		return "fastcgi"
	case "ws":
		return "http"
	case "wss":
		return "https"
	}
	return s
}
