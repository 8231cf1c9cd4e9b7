package checks

import (
	"context"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// unmissed says that nobody here misses a gateway that does not run: no other passes requests on to it, visitors' ports are served by one that runs, and
// either it is not meant to start with the machine, or the page that the run is about comes from another gateway and comes well. One with a site at
// visitors' own ports is missed unless both are true, and the sites that answer have its names.
func unmissed(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) bool {
	all, err := f.Gateways(ctx)
	u, known := f.Unit(ctx, g.Unit)
	served := func(o *sysinfo.Gateway) bool { return o.Running() && forVisitors(o) }
	if err != nil || !known || g.Running() || front(ctx, f, g) || !slices.ContainsFunc(all, served) {
		return false
	}
	spare := u.Enabled == "disabled"
	if forVisitors(g) {
		return spare && answeredBy(ctx, f, g) != nil
	}
	s := f.Target(ctx)
	if spare || s == nil || s.Gateway == g || !s.Gateway.Running() {
		return spare
	}
	_, bad := failsNow(ctx, f, s)
	return !bad && len(f.Answers(ctx, s)) > 0
}

// answeredBy is the running gateway that answers well what a gateway which does not run would: the page that the run is about, by a site that has its name;
// where none is named, each of its sites' names. nil where none does.
func answeredBy(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) *sysinfo.Gateway {
	if s := f.Target(ctx); f.URL != "" {
		if s == nil || !f.AskedByName(s) || !answersWell(ctx, f, s) {
			return nil
		}
		return s.Gateway
	}
	var by *sysinfo.Gateway
	for _, s := range g.Sites {
		i := slices.IndexFunc(f.Sites(ctx), func(o *sysinfo.Site) bool {
			return o.Gateway != g && slices.ContainsFunc(s.Names, func(n string) bool { return n != "" && slices.Contains(o.Names, n) }) && answersWell(ctx, f, o)
		})
		if i < 0 {
			return nil
		}
		by = f.Sites(ctx)[i].Gateway
	}
	return by
}

// answersWell says that a running gateway's site answers all that was asked, and does not only send visitors on to HTTPS that it does not speak.
func answersWell(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) bool {
	answers := f.Answers(ctx, s)
	return s.Gateway.Running() && len(answers) > 0 && !slices.ContainsFunc(answers, func(a sysinfo.Answer) bool {
		onward := a.Status/100 == 3 && strings.HasPrefix(a.Header.Get("Location"), "https:")
		return a.Status == 0 || a.Status >= 500 || a.Cut != "" || onward && !listensOn(s.Gateway, 443)
	})
}

// forVisitors says that a gateway has a site at a port to which browsers come by themselves.
func forVisitors(g *sysinfo.Gateway) bool { return listensOn(g, 80, 443) }

func listensOn(g *sysinfo.Gateway, ports ...uint16) bool {
	return slices.ContainsFunc(g.Sites, func(s *sysinfo.Site) bool {
		return slices.ContainsFunc(s.Listen, func(l sysinfo.Listen) bool { return slices.Contains(ports, l.Addr.Port()) })
	})
}
