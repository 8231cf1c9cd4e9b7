package sysinfo

import (
	"context"
	"net/netip"
	"slices"
)

// Visitors is what stands for a gateway where none stands before an app.
const Visitors = "visitors"

// LoneDown is the hop of a site of one hop whose app is down: no gateway runs here or is meant to, nobody listens where visitors ask, and a service
// that does not run says by its own words that this is its port. Nil where the name leads elsewhere, or where nothing says so.
func (f *Facts) LoneDown(ctx context.Context) *Hop {
	h, _ := Memo(f, "lone and down", func() (*Hop, error) {
		gateways, err := f.Gateways(ctx)
		if err != nil || f.Host.Files || slices.ContainsFunc(gateways, func(g *Gateway) bool { return g.Running() || f.meant(ctx, g) }) {
			return nil, err
		}
		listeners, err := f.Listeners(ctx, nil)
		if err != nil {
			return nil, err
		}
		for _, u := range f.visitorsURLs() {
			here := f.addrsHere(ctx, u)
			if slices.ContainsFunc(listeners, func(s Socket) bool { return slices.ContainsFunc(here, s.Serves) }) {
				return nil, nil // somebody answers, well or not
			}
			for _, to := range here {
				site := &Site{Name: u.Hostname(), Gateway: &Gateway{Kind: Visitors, Root: f.Host.Root}}
				h := &Hop{Site: site, From: Visitors, To: "http app", Scheme: u.Scheme, Host: to.Addr().String(), Port: int(to.Port()), Addrs: []netip.Addr{to.Addr()}, Location: u.RequestURI()}
				site.Hops = []*Hop{h}
				if app := f.AppFor(ctx, h); app.Unit.Name != "" && !app.Listens() && f.saysItsOwn(ctx, app.Unit, h) && !f.behindAnother(gateways, app.Unit) {
					return h, nil
				}
			}
		}
		return nil, nil
	})
	return h
}

// saysItsOwn says that a service names a hop's port: by its command, its environment, its program, its journal or its settings.
func (f *Facts) saysItsOwn(ctx context.Context, u Unit, h *Hop) bool {
	return f.Mentions(u, h) || f.saidSo(ctx, u, h) || f.setTo(u, h)
}

// behindAnother says that a site of a gateway which is off leads to a service: then visitors may have come to it that way.
func (f *Facts) behindAnother(gateways []*Gateway, u Unit) bool {
	return slices.ContainsFunc(gateways, func(g *Gateway) bool {
		return slices.ContainsFunc(g.Sites, func(s *Site) bool {
			return slices.ContainsFunc(s.Hops, func(h *Hop) bool { return f.Mentions(u, h) })
		})
	})
}

func (f *Facts) meant(ctx context.Context, g *Gateway) bool {
	u, known := f.Unit(ctx, g.Unit)
	return !known || u.Meant()
}

// Meant says that a service of a gateway is more than a package that is off.
func (u Unit) Meant() bool {
	return u.Active == "failed" || u.Enabled == "enabled" || u.Looping()
}
