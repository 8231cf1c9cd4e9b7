package sysinfo

import (
	"context"
	"slices"
	"strings"

	"fix502/sysinfo/caddy"
)

// Caddy is what the Caddy checks need of a Gateway beyond what every gateway has.
type Caddy struct {
	Config *caddy.Config
	Binary string
	Saved  bool     // it is read from where Caddy keeps what it was last given: the file that it is started with is not there, or not read
	File   *Gateway // as the file has it that a Caddy is started with which goes on with what it was last given; nil of others
}

func (f *Facts) runningCaddies(ctx context.Context, procs []Proc) []*Gateway {
	masters, _ := running(procs, func(p Proc) bool {
		return (called("caddy")(p) || called("frankenphp")(p)) && len(p.Args) > 1 && p.Args[1] == "run"
	})
	var out []*Gateway
	for _, p := range masters {
		g := f.runningGateway(ctx, "caddy", p, nil)
		if g.Hidden {
			out = append(out, g)
			continue
		}
		file := "/etc/caddy/Caddyfile"
		for i := 2; i < len(p.Args); i++ {
			if name, ok := strings.CutPrefix(p.Args[i], "--config="); ok {
				file = name
			} else if (p.Args[i] == "--config" || p.Args[i] == "-config" || p.Args[i] == "-c") && i+1 < len(p.Args) {
				file = p.Args[i+1]
			}
		}
		c := &Caddy{Binary: p.Args[0]}
		f.readCaddy(ctx, g, c, file)
		if resumed := f.caddyResumed(ctx, p, g); resumed != nil {
			g = resumed
		} else {
			f.caddyAsItRuns(ctx, g, c)
		}
		f.caddyLoaded(ctx, g)
		out = append(out, g)
	}
	return out
}

// caddyLoaded: each load of a configuration is written to autosave.json (caddy.go, unsyncedDecodeAndRun), into a folder that only Caddy and root
// may search. Of a reload by systemctl systemd knows as well, and tells everybody.
func (f *Facts) caddyLoaded(ctx context.Context, g *Gateway) {
	if u, ok := f.Unit(ctx, g.Unit); ok && u.Reloaded().After(g.Loaded) {
		g.Loaded = u.Reloaded()
	}
	for _, name := range f.caddySaves(ctx, g) {
		if i, err := g.Root.Stat(name); err == nil && i.ModTime.After(g.Loaded) {
			g.Loaded = i.ModTime
			return
		}
	}
}

// installedCaddy is one that does not run; nil when there is none.
func (f *Facts) installedCaddy(ctx context.Context) *Gateway {
	const file = "/etc/caddy/Caddyfile"
	if !f.meantHere(ctx, "caddy.service", file) {
		return nil
	}
	g := &Gateway{Kind: "caddy", Root: f.Host.Root, Creds: Creds{UID: -1, GID: -1}}
	f.readCaddy(ctx, g, &Caddy{Binary: "/usr/bin/caddy"}, f.caddyTold(ctx, g, file))
	return g
}

func (f *Facts) readCaddy(ctx context.Context, g *Gateway, c *Caddy, file string) {
	env := f.environ(ctx, g, "")
	c.Config = caddy.Parse(g.Root, file, caddy.Environ{Set: env.set, Guess: g.Running() && !env.whole})
	g.Extra, g.Config, g.User = c, c.Config.Path, "caddy"
	for _, p := range c.Config.Problems {
		g.Problems = append(g.Problems, Problem{p.Place, p.Text, p.Err})
	}
	g.newest(c.Config.Files)
	f.caddySites(g, c)
}

func (f *Facts) caddySites(g *Gateway, c *Caddy) {
	g.Logs = append(g.Logs, caddyLogs(g, c.Config.Logs)...)
	if len(g.Logs) == 0 {
		g.Logs = []LogFile{{Path: g.caddyJournal(), Kind: "mixed"}}
	}
	for _, s := range c.Config.Sites {
		hosts := s.Hosts()
		for _, host := range append(hosts, "") {
			g.Sites = append(g.Sites, caddySite(g, s, host, len(hosts) > 0))
		}
	}
}

// caddyJournal is where what a Caddy says goes.
func (g *Gateway) caddyJournal() string {
	if g.Container != nil {
		return g.said("/dev/stderr")
	}
	return "journal:" + orUnit(g.Unit, "caddy.service")
}

func orUnit(unit, usual string) string {
	if unit == "" {
		return usual
	}
	return unit
}

func caddyLogs(g *Gateway, logs []caddy.Log) []LogFile {
	var out []LogFile
	for _, l := range logs {
		switch l.Output {
		case "discard", "net":
		case "stderr", "stdout":
			out = append(out, LogFile{Path: g.caddyJournal(), Kind: "mixed", Where: l.Place})
		default:
			out = append(out, LogFile{Path: l.Output, Kind: "mixed", Where: l.Place})
		}
	}
	return out
}

// caddySite is a site block, or where it tells names apart what it does for one of them; without a name, for all others.
func caddySite(g *Gateway, from *caddy.Site, host string, apart bool) *Site {
	s := &Site{Gateway: g, Where: from.Place, Root: from.Root, Extra: from, Logs: caddyLogs(g, from.Logs)}
	var ports []int
	for _, a := range from.Addresses {
		if a.Host != "" && !slices.Contains(s.Names, a.Host) {
			s.Names = append(s.Names, a.Host)
		}
		port := a.Port
		if port == 0 {
			port = map[bool]int{true: 443, false: 80}[a.TLS()]
		}
		ports = append(ports, port)
		s.Listen = append(s.Listen, caddyListens(from.Binds, uint16(port), a.TLS())...)
	}
	if host != "" {
		s.Names = []string{host}
	}
	s.Name = nameOf(s.Names, ports)
	for _, p := range from.Passes {
		for n, u := range p.Upstreams {
			if !apart || p.Serves(u, host) {
				s.Hops = append(s.Hops, caddyHop(s, p, u, n))
			}
		}
	}
	return s
}

// CaddyHop is a hop as Caddy's configuration has it.
type CaddyHop struct {
	Pass     *caddy.Pass
	Upstream caddy.Upstream
	nth      int // of the pass's upstreams
}

func caddyHop(s *Site, p *caddy.Pass, u caddy.Upstream, nth int) *Hop {
	scheme := u.Scheme
	if scheme == "h2c" {
		scheme = "grpc"
	}
	h := &Hop{Site: s, From: s.Gateway.Title(), To: peerKind(scheme), Scheme: scheme, Unix: u.Unix, Variable: u.Varies, Location: p.Directive,
		Pass: p.Place, Where: u.Place, Raw: u.Word, Extra: CaddyHop{p, u, nth}}
	if h.Unix == "" {
		h.Host, h.Port = u.Host, u.Port
	}
	if p.Matcher != "" {
		h.Location = p.Directive + " " + p.Matcher
	}
	if len(p.Upstreams) > 1 && !u.Chosen {
		h.Block = "the upstreams of " + p.Directive
	}
	var read, connect caddy.Place
	h.Settings.Read, read = p.Timeout("response_header_timeout")
	h.Settings.Between, h.Settings.BetweenWhere = p.Timeout("read_timeout")
	if scheme == "fastcgi" {
		h.Settings.Read, read = h.Settings.Between, h.Settings.BetweenWhere
	}
	if h.Settings.Connect, connect = p.Timeout("dial_timeout"); h.Settings.Connect == 0 {
		h.Settings.Connect = 3e9
	}
	h.Settings.ReadWhere, h.Settings.ConnectWhere = read, connect
	return h
}

func (c *Caddy) answers(g *Gateway, scheme, addr string, port int, host string) *Site {
	own := c.Config.Ports
	if s := byListen(g, scheme, addr, port, host); s != nil || scheme != "http" || port != 0 && port != own.HTTP {
		return s
	}
	return byListen(g, "https", addr, own.HTTPS, host) // Caddy itself sends visitors of its port 80 there
}

func (c *Caddy) passes(s *Site, uri string) *Hop {
	from, ok := s.Extra.(*caddy.Site)
	if !ok {
		return nil
	}
	host := s.Name
	if strings.Contains(host, "*") {
		host = ""
	}
	p, n := from.Route(host, withoutQuery(uri))
	i := slices.IndexFunc(s.Hops, func(h *Hop) bool {
		x, ok := h.Extra.(CaddyHop)
		return ok && x.Pass == p && x.nth == n
	})
	if p == nil || i < 0 {
		return nil
	}
	return s.Hops[i]
}

func (c *Caddy) sends(h *Hop) string {
	if name, _ := h.Renames(); name != "" {
		return name
	}
	if h.Scheme == "https" {
		return h.Host
	}
	return h.Site.Name
}

func (c *Caddy) sample(h *Hop) []string {
	x, ok := h.Extra.(CaddyHop)
	if !ok {
		return nil
	}
	if page := x.Pass.Page(h.Site.Name); page != "" {
		return []string{page}
	}
	return nil
}
