package checks

import (
	"context"
	"slices"

	"fix502/sysinfo"
)

// unmissed says that nobody here misses a gateway that does not run: no other passes requests on to it, visitors' ports are served by one that runs, and
// either it is not meant to start with the machine, or the page that the run is about comes from another gateway and comes well.
func unmissed(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) bool {
	all, err := f.Gateways(ctx)
	u, known := f.Unit(ctx, g.Unit)
	served := func(o *sysinfo.Gateway) bool { return o.Running() && forVisitors(o) }
	if err != nil || !known || g.Running() || forVisitors(g) || front(ctx, f, g) || !slices.ContainsFunc(all, served) {
		return false
	}
	if u.Enabled == "disabled" {
		return true
	}
	s := f.Target(ctx)
	if s == nil || s.Gateway == g || !s.Gateway.Running() {
		return false
	}
	_, bad := failsNow(ctx, f, s)
	return !bad && len(f.Answers(ctx, s)) > 0
}

// forVisitors says that a gateway has a site at a port to which browsers come by themselves.
func forVisitors(g *sysinfo.Gateway) bool {
	return slices.ContainsFunc(g.Sites, func(s *sysinfo.Site) bool {
		return slices.ContainsFunc(s.Listen, func(l sysinfo.Listen) bool { p := l.Addr.Port(); return p == 80 || p == 443 })
	})
}
