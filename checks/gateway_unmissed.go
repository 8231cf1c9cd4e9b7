package checks

import (
	"context"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// unmissed says that nobody here misses a gateway that does not run: no other passes requests on to it, visitors' ports are served by one that runs, and
// either it is not meant to start with the machine, or the page that the run is about comes from another gateway and comes well. One with a site at
// visitors' own ports is missed unless both are true, and the site that answers has that name.
func unmissed(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) bool {
	all, err := f.Gateways(ctx)
	u, known := f.Unit(ctx, g.Unit)
	served := func(o *sysinfo.Gateway) bool { return o.Running() && forVisitors(o) }
	if err != nil || !known || g.Running() || front(ctx, f, g) || !slices.ContainsFunc(all, served) {
		return false
	}
	spare := u.Enabled == "disabled"
	if forVisitors(g) {
		return spare && answeredBy(ctx, f) != nil
	}
	s := f.Target(ctx)
	if spare || s == nil || s.Gateway == g || !s.Gateway.Running() {
		return spare
	}
	_, bad := failsNow(ctx, f, s)
	return !bad && len(f.Answers(ctx, s)) > 0
}

// answeredBy is the running gateway that answers the page which the run is about well, by a site that has its name; nil where none does, and where it only
// sends visitors on to HTTPS that it does not speak.
func answeredBy(ctx context.Context, f *sysinfo.Facts) *sysinfo.Gateway {
	s := f.Target(ctx)
	if s == nil || !s.Gateway.Running() || !f.AskedByName(s) {
		return nil
	}
	answers := f.Answers(ctx, s)
	well := len(answers) > 0 && !slices.ContainsFunc(answers, func(a sysinfo.Answer) bool {
		onward := a.Status/100 == 3 && strings.HasPrefix(a.Header.Get("Location"), "https:")
		return a.Status == 0 || a.Status >= 500 || a.Cut != "" || onward && !listensOn(s.Gateway, 443)
	})
	if !well {
		return nil
	}
	return s.Gateway
}

// forVisitors says that a gateway has a site at a port to which browsers come by themselves.
func forVisitors(g *sysinfo.Gateway) bool { return listensOn(g, 80, 443) }

func listensOn(g *sysinfo.Gateway, ports ...uint16) bool {
	return slices.ContainsFunc(g.Sites, func(s *sysinfo.Site) bool {
		return slices.ContainsFunc(s.Listen, func(l sysinfo.Listen) bool { return slices.Contains(ports, l.Addr.Port()) })
	})
}
