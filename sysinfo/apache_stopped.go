package sysinfo

import (
	"context"
	"net/netip"
	"net/url"
	"slices"

	"fix502/sysinfo/apache"
)

// apacheUnits are the names of its unit.
var apacheUnits = [...]string{"apache2.service", "httpd.service", "httpd24-httpd.service"}

// stoppedApache is an httpd that is installed, does not run, and should: a gateway hands requests on to it; its unit is
// enabled or failed, and nobody serves its addresses or only it has the site in question; or nothing else is here. nil
// when there is none.
func (f *Facts) stoppedApache(ctx context.Context, others []*Gateway) *Gateway {
	built, ok := apache.Find(apacheFiles{f.Host.Root})
	if !ok {
		return nil
	}
	g := &Gateway{Kind: "apache", Root: f.Host.Root, Creds: Creds{UID: -1, GID: -1}}
	var unit Unit
	for _, name := range apacheUnits {
		if u, ok := f.Unit(ctx, name); ok && u.Load != "not-found" {
			g.Unit, unit = u.Name, u
			break
		}
	}
	meant := unit.Enabled == "enabled" || unit.Active == "failed" || unit.Looping() || f.Host.Files && f.enabledOnDisk()
	built.Env = f.apacheEnv(g, built)
	f.readApache(ctx, g, &Apache{Binary: apacheBinary(f.Host.Root)}, built)
	if g.handedTo(others) || meant && f.asksFor(g, others) || (meant || len(others) == 0) && f.missed(ctx, g) {
		return g
	}
	return nil
}

// unmeant is a stopped gateway whose unit nobody enabled, beside a stopped one that somebody did.
func (f *Facts) unmeant(ctx context.Context, all []*Gateway) func(*Gateway) bool {
	meant := func(g *Gateway) bool {
		u, ok := f.Unit(ctx, g.Unit)
		return ok && (u.Enabled == "enabled" || u.Active == "failed" || u.Looping())
	}
	some := slices.ContainsFunc(all, func(g *Gateway) bool { return !g.Running() && meant(g) })
	return func(g *Gateway) bool { return some && !g.Running() && !meant(g) }
}

// enabledOnDisk says that a boot of this disk would start it.
func (f *Facts) enabledOnDisk() bool {
	return slices.ContainsFunc(apacheUnits[:], func(u string) bool {
		_, err := f.Host.Root.Lstat("/etc/systemd/system/multi-user.target.wants/" + u)
		return err == nil
	})
}

// handedTo says that another gateway passes requests on to an address of this one.
func (g *Gateway) handedTo(others []*Gateway) bool {
	for _, o := range others {
		for _, s := range o.Sites {
			for _, h := range s.Hops {
				if h.Unix == "" && g.answers(h.Scheme, "", h.Port, h.sends()) != nil && o.Net == g.Net && here(h) {
					return true
				}
			}
		}
	}
	return false
}

// asksFor says that the page of this run is on a site that only this gateway has by name.
func (f *Facts) asksFor(g *Gateway, others []*Gateway) bool {
	u, err := url.Parse(f.URL)
	if err != nil || u.Hostname() == "" {
		return false
	}
	named := func(g *Gateway) bool {
		return slices.ContainsFunc(g.Sites, func(s *Site) bool { return slices.Contains(s.Names, u.Hostname()) })
	}
	return named(g) && !slices.ContainsFunc(others, named)
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
