package sysinfo

import (
	"context"
	"net/netip"
	"slices"
	"strings"
)

// down are the gateways that are installed, do not run, and should. Where none runs and none is meant to, it is the one
// that passes requests on, or at least has sites: it was most likely stopped.
func (f *Facts) down(ctx context.Context, running []*Gateway) []*Gateway {
	var out, rest []*Gateway
	for _, k := range []struct {
		kind      string
		installed func(context.Context) *Gateway
		units     []string
	}{{"nginx", func(ctx context.Context) *Gateway { return f.installedNginx(ctx, running) }, []string{"nginx.service"}}, {"apache", f.installedApache, apacheUnits[:]}, {"haproxy", f.installedHAProxy, []string{"haproxy.service"}},
		{"caddy", f.installedCaddy, []string{"caddy.service"}}, {"varnish", f.installedVarnish, []string{"varnish.service"}},
		{"traefik", f.installedTraefik, []string{"traefik.service"}}, {"litespeed", f.installedLiteSpeed, []string{"lshttpd.service", "lsws.service", "openlitespeed.service"}}} {
		beside := slices.ContainsFunc(running, func(g *Gateway) bool { return g.Kind == k.kind && !g.Foreign })
		if beside && slices.ContainsFunc(k.units, func(name string) bool { u, _ := f.Unit(ctx, name); return u.Running() }) {
			continue
		}
		g := k.installed(ctx)
		switch {
		case g == nil:
		case beside && (!g.handedTo(running) || slices.ContainsFunc(running, func(r *Gateway) bool { return r.Config == g.Config })): // one of its kind runs
		case f.shouldRun(ctx, g, append(slices.Clone(running), out...), k.units):
			out = append(out, g)
		default:
			rest = append(rest, g)
		}
	}
	if len(running)+len(out) > 0 || len(rest) == 0 {
		return out
	}
	if f.Unlisted(ctx) { // one that nobody named a site for may be a package that was never used
		rest = slices.DeleteFunc(rest, func(g *Gateway) bool {
			return !slices.ContainsFunc(g.Sites, func(s *Site) bool { return strings.Contains(strings.Join(s.Names, " "), ".") })
		})
		if len(rest) == 0 {
			return nil
		}
	}
	passesOn := func(g *Gateway) bool {
		return slices.ContainsFunc(g.Sites, func(s *Site) bool { return len(s.Hops) > 0 })
	}
	for _, likely := range []func(*Gateway) bool{passesOn, func(g *Gateway) bool { return len(g.Sites) > 0 }} {
		if i := slices.IndexFunc(rest, likely); i >= 0 {
			return rest[i : i+1]
		}
	}
	return rest[:1]
}

// shouldRun says of a gateway that is installed and down whether that is a fault: a gateway hands requests on to it, or
// its unit is enabled or failed, and nobody serves its addresses or only it has the site in question. It notes the unit.
func (f *Facts) shouldRun(ctx context.Context, g *Gateway, others []*Gateway, names []string) bool {
	var unit Unit
	for _, name := range slices.Concat([]string{g.Unit}, names) {
		if u, ok := f.Unit(ctx, name); ok && name != "" && u.Load != "not-found" {
			g.Unit, unit = u.Name, u
			break
		}
	}
	onDisk := func(name string) bool {
		_, err := f.Host.Root.Lstat("/etc/systemd/system/multi-user.target.wants/" + name)
		return err == nil
	}
	meant := unit.Enabled == "enabled" || unit.Active == "failed" || unit.Looping() || f.Host.Files && slices.ContainsFunc(names, onDisk)
	return g.handedTo(others) || meant && (f.asksFor(g, others, unit) || f.missed(ctx, g) || unit.Active == "failed" && len(others) == 0 && f.ousted(ctx, g))
}

// mostAsked is at how many addresses somebody is asked whether he is a web server; they wait one after another.
const mostAsked = 3

// ousted says that another program has an address of a gateway that failed to start, and answers no page there: it is no web
// server that serves in its place.
func (f *Facts) ousted(ctx context.Context, g *Gateway) bool {
	if f.Host.Files || f.Host.Ask == nil {
		return false
	}
	host := "localhost"
	if u := f.AskedURL(); u != nil {
		host = u.Hostname()
	}
	asked := map[netip.AddrPort]bool{}
	held, err := f.Listeners(ctx, g)
	if err != nil {
		return false
	}
	for _, s := range g.Sites {
		for _, l := range s.Listen {
			a := l.Addr.Addr()
			if !a.IsValid() || l.TLS {
				continue
			}
			if a.IsUnspecified() {
				a = netip.AddrFrom4([4]byte{127, 0, 0, 1})
			}
			at := netip.AddrPortFrom(a, l.Addr.Port())
			if asked[at] || len(asked) == mostAsked || !slices.ContainsFunc(held, func(s Socket) bool { return s.Serves(at) }) {
				continue // an address of another machine is not asked
			}
			asked[at] = true
			q := Question{Network: "tcp", Address: at.String(), Host: host, URI: "/", Wait: secondWait}
			if answer, err := f.Host.Ask(ctx, q); err == nil && answer.Status == 0 && !answer.Refused() {
				return true
			}
		}
	}
	return false
}

// ports are those at which a gateway itself is to listen, at all addresses: what it passes on to there is a slip, or a loop, and nobody
// else's.
func (g *Gateway) ports() map[int]bool {
	own := map[int]bool{}
	for _, s := range g.Sites {
		for _, l := range s.Listen {
			if !l.Addr.Addr().IsValid() || l.Addr.Addr().IsUnspecified() {
				own[int(l.Addr.Port())] = true
			}
		}
	}
	return own
}

// handedTo says that another gateway passes requests on to an address of this one.
func (g *Gateway) handedTo(others []*Gateway) bool {
	for _, o := range others {
		own := o.ports()
		for _, s := range o.Sites {
			for _, h := range s.Hops {
				if h.Unix == "" && !own[h.Port] && o.Net == g.Net && here(h) && (g.answers(h.Scheme, "", h.Port, h.sends()) != nil || g.meantFor(h.Port)) {
					return true
				}
			}
		}
	}
	return false
}

// meantFor says that a gateway has a site for a port at which it does not let itself listen.
func (g *Gateway) meantFor(port int) bool {
	a, ok := g.Extra.(*Apache)
	return ok && a.Config.Unopened(port) != nil
}

// asksFor says that the page of this run is on a site that only this gateway has by name. HAProxy and Varnish mostly know no names: where
// one of them passes on whatever comes in at its port, and this gateway was stopped in good order, that one has taken its place. So may one in a container
// that only root may see into.
func (f *Facts) asksFor(g *Gateway, others []*Gateway, unit Unit) bool {
	u := f.AskedURL()
	if u == nil {
		return false
	}
	named := func(g *Gateway) bool {
		return slices.ContainsFunc(g.Sites, func(s *Site) bool { return slices.Contains(s.Names, u.Hostname()) })
	}
	own := g.ports()
	instead := func(o *Gateway) bool {
		return o.Hidden || o.Running() && unit.Active != "failed" && slices.ContainsFunc(o.Sites, func(s *Site) bool {
			return len(s.Names) == 0 && len(s.Hops) > 0 && slices.ContainsFunc(s.Listen, func(l Listen) bool { return own[int(l.Addr.Port())] })
		})
	}
	return named(g) && !slices.ContainsFunc(others, func(o *Gateway) bool { return named(o) || instead(o) })
}

// here says that a hop's name is written as this machine.
func here(h *Hop) bool {
	a, err := netip.ParseAddr(h.Host)
	return h.Host == "localhost" || err == nil && a.IsLoopback()
}

// missed says that nobody listens on an address that a gateway which does not run would serve.
func (f *Facts) missed(ctx context.Context, g *Gateway) bool {
	listeners, err := f.Listeners(ctx, nil)
	if err != nil {
		return true
	}
	for _, s := range g.Sites {
		for _, l := range s.Listen {
			if !slices.ContainsFunc(listeners, func(o Socket) bool { return o.Network == "tcp" && o.Addr.Port() == l.Addr.Port() }) {
				return true
			}
		}
	}
	return len(g.Sites) == 0
}
