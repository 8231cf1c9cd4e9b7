package sysinfo

import (
	"context"
	"maps"
	"net/netip"
	"slices"
)

// Unasked is the only service of an admin's own that listens where no hop leads.
func (f *Facts) Unasked(ctx context.Context) App {
	if found := f.AllUnasked(ctx); len(found) == 1 {
		return found[0]
	}
	return App{}
}

// AllUnasked are all of them, by name.
func (f *Facts) AllUnasked(ctx context.Context) []App {
	units, err := f.Services(ctx)
	if err != nil {
		return nil
	}
	gateways, _ := f.Gateways(ctx) // none: nothing to leave out
	asks := func(unit string) bool {
		return isGateway(unit) || slices.ContainsFunc(gateways, func(g *Gateway) bool { return g.Unit == unit })
	}
	var found []App
	for _, name := range slices.Sorted(maps.Keys(units)) {
		u := units[name]
		if name != u.Name || asks(name) || !u.AdminMade() || u.Contained() || u.Type() == "oneshot" || !u.Running() {
			continue
		}
		if a := f.app(ctx, u); a.Listens() && !a.Dark && !f.Wanted(ctx, a.Addr) {
			found = append(found, a)
		}
	}
	return found
}

// Wanted says that some hop already goes to that address, so that another hop hardly means the same app.
func (f *Facts) Wanted(ctx context.Context, addr string) bool {
	all, _ := Memo(f, "wanted", func() (map[string]bool, error) {
		out := map[string]bool{}
		gateways, _ := f.Gateways(ctx) // none: nobody wants it
		for _, g := range gateways {
			if f.retired(ctx, g) {
				continue
			}
			for _, s := range g.Sites {
				for _, h := range s.Hops {
					out[h.Address()] = true
					if addrs := f.HostNames(g)[h.Host]; len(addrs) > 0 && h.Unix == "" {
						out[netip.AddrPortFrom(addrs[0], uint16(h.Port)).String()] = true
					}
				}
			}
		}
		return out, nil
	})
	return all[addr]
}

// retired says that a gateway neither runs nor will at the next boot: what its files ask for nobody asks.
func (f *Facts) retired(ctx context.Context, g *Gateway) bool {
	u, ok := f.Unit(ctx, g.Unit)
	return ok && !g.Running() && u.Active == "inactive" && u.Enabled == "disabled"
}

// tlsAlone says that an app answers in TLS and not in plain HTTP, as a hop would ask it.
func (f *Facts) tlsAlone(ctx context.Context, h *Hop, a App) bool {
	at, err := netip.ParseAddrPort(a.Addr)
	if err != nil {
		return false
	}
	if at.Addr().IsUnspecified() {
		at = netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), at.Port())
	}
	heard, err := f.Spoken(ctx, &Hop{Site: h.Site, Scheme: "http", Host: at.Addr().String(), Port: int(at.Port()), Addrs: []netip.Addr{at.Addr()}})
	return err == nil && heard.Protocol == "https"
}
