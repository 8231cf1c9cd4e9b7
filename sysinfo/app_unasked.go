package sysinfo

import (
	"context"
	"maps"
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
