package sysinfo

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"fix502/sysinfo/traefik"
)

// Traefik is what the Traefik checks need of a Gateway beyond what every gateway has.
type Traefik struct {
	Config *traefik.Config
	Binary string
}

// TraefikHop is a hop as Traefik's configuration has it.
type TraefikHop struct {
	Router  *traefik.Router
	Service *traefik.Service
	Server  traefik.Server
}

func (f *Facts) runningTraefiks(ctx context.Context, procs []Proc) []*Gateway {
	masters, _ := running(procs, called("traefik"))
	return f.runningGateways(ctx, "traefik", masters, nil, func(g *Gateway, p Proc) {
		f.readTraefik(ctx, g, &Traefik{Binary: p.Args[0]}, p.Args[1:])
	})
}

// installedTraefik is one that does not run; nil when there is none.
func (f *Facts) installedTraefik(ctx context.Context) *Gateway {
	u, ok := f.Unit(ctx, "traefik.service")
	if !ok || u.Load == "not-found" {
		return nil
	}
	g := &Gateway{Kind: "traefik", Root: f.Host.Root, Unit: u.Name, Creds: Creds{UID: -1, GID: -1}}
	words := strings.Fields(u.Exec)
	if len(words) == 0 {
		return nil
	}
	f.readTraefik(ctx, g, &Traefik{Binary: words[0]}, words[1:])
	return g
}

func (f *Facts) readTraefik(ctx context.Context, g *Gateway, t *Traefik, args []string) {
	file := ""
	for i, a := range args {
		key, value, ok := strings.Cut(strings.TrimLeft(a, "-"), "=")
		if strings.EqualFold(key, "configfile") {
			if file = value; !ok && i+1 < len(args) {
				file = args[i+1]
			}
		}
	}
	for _, name := range traefik.Usual(f.environ(ctx, g, "").set["HOME"]) {
		if file == "" && g.Root.Exists(name) {
			file = name
		}
	}
	t.Config = traefik.Parse(g.Root, args, file)
	g.Extra, g.Config = t, file
	for _, p := range t.Config.Problems {
		g.Problems = append(g.Problems, Problem{p.Place, p.Text, p.Err})
	}
	files := t.Config.Files
	if t.Config.Watch && file != "" {
		files = []string{file} // the others it reads again by itself
	}
	g.newest(files)
	g.Read = len(t.Config.Files)
	g.traefikLog(t.Config.Log, "mixed")
	if t.Config.Access.On {
		g.traefikLog(t.Config.Access, "access")
	}
	g.Sites = traefikSites(g, t.Config)
}

func (g *Gateway) traefikLog(l traefik.Log, kind string) {
	name := l.File
	if name == "" {
		name, kind = "journal:"+orUnit(g.Unit, "traefik.service"), "mixed"
	}
	if !slices.ContainsFunc(g.Logs, func(o LogFile) bool { return o.Path == name }) {
		g.Logs = append(g.Logs, LogFile{Path: name, Kind: kind, Where: l.Place, Format: l.Format})
	}
}

// traefikSites: each host that a rule names is a site, and what takes every host is one.
func traefikSites(g *Gateway, c *traefik.Config) []*Site {
	var out []*Site
	byName := map[string]*Site{}
	site := func(host string, r *traefik.Router) *Site {
		s := byName[host]
		if s == nil {
			s = &Site{Gateway: g, Name: host, Names: []string{host}, Where: r.Place, Extra: c}
			if host == "" {
				s.Names, s.Name = nil, "localhost"
			}
			byName[host] = s
			out = append(out, s)
		}
		return s
	}
	for _, r := range c.Routers {
		for _, host := range r.Hosts {
			site(host, r)
		}
		if len(r.Hosts) == 0 {
			site("", r)
		}
	}
	for host, s := range byName {
		for _, r := range c.Routers {
			if len(r.Hosts) == 0 || slices.Contains(r.Hosts, host) {
				s.addRouter(c, r)
			}
		}
	}
	return out
}

// addRouter gives a site the addresses and the ways of one router.
func (s *Site) addRouter(c *traefik.Config, r *traefik.Router) {
	for _, e := range c.On(r) {
		tls := r.TLS || e.TLS
		addrs := []netip.Addr{netip.IPv4Unspecified(), netip.IPv6Unspecified()}
		if a, err := netip.ParseAddr(e.Host); err == nil {
			addrs = []netip.Addr{a}
		}
		for _, a := range addrs {
			l := Listen{Addr: netip.AddrPortFrom(a, uint16(e.Port)), TLS: tls}
			if !slices.Contains(s.Listen, l) {
				s.Listen = append(s.Listen, l)
			}
		}
	}
	svc := c.Service(r.Service)
	for _, srv := range c.Servers(svc) {
		s.Hops = append(s.Hops, traefikHop(s, c, r, svc, srv))
	}
}

func traefikHop(s *Site, c *traefik.Config, r *traefik.Router, svc *traefik.Service, srv traefik.Server) *Hop {
	scheme := srv.Scheme
	if scheme == "h2c" {
		scheme = "grpc"
	}
	h := &Hop{Site: s, From: s.Gateway.Title(), To: peerKind(scheme), Scheme: scheme, Host: srv.Host, Port: srv.Port, Label: srv.URL, Location: "router " + r.Name,
		Pass: r.Place, Where: srv.Place, Raw: strings.TrimPrefix(srv.URL, srv.Scheme+"://"), Extra: TraefikHop{r, svc, srv}}
	if len(c.Servers(svc)) > 1 {
		h.Block = svc.Name
	}
	t := c.Transports[strings.TrimSuffix(svc.Transport, "@file")]
	h.Settings.Connect, h.Settings.ConnectWhere = 30e9, t.Dial.Place
	if t.Dial.Set() {
		h.Settings.Connect = t.Dial.Duration()
	}
	h.Settings.Read, h.Settings.ReadWhere = t.Read.Duration(), t.Read.Place
	return h
}

func (t *Traefik) answers(g *Gateway, scheme, addr string, port int, host string) *Site {
	return byListen(g, scheme, addr, port, host)
}

// passes is the hop of the router with the highest priority whose rule fits: the longest rule, unless it says.
func (t *Traefik) passes(s *Site, uri string) *Hop {
	var best *Hop
	most := -1
	for _, h := range s.Hops {
		if x, ok := h.Extra.(TraefikHop); ok && x.Router.Fits(uri) && x.Router.Priority > most {
			best, most = h, x.Router.Priority
		}
	}
	return best
}

func (t *Traefik) sends(h *Hop) string {
	if x, ok := h.Extra.(TraefikHop); ok && !x.Service.PassHost {
		return h.Host
	}
	return h.Site.Name
}

func (t *Traefik) sample(h *Hop) []string {
	x, ok := h.Extra.(TraefikHop)
	if !ok {
		return nil
	}
	if len(x.Router.Prefixes) == 0 {
		return []string{"/"}
	}
	return []string{strings.TrimPrefix(x.Router.Prefixes[0], "=")}
}
