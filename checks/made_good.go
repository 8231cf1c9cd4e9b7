package checks

import (
	"context"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
	"fix502/sysinfo/nginx"
)

// oneOfSeveral is HAProxy's word of a server that it takes out while others are left (server.c, srv_append_more).
var oneOfSeveral = whenAsked(`\b(?:[1-9]\d* active and \d+ backup|\d+ active and [1-9]\d* backup) servers left`)

// madeGood says that what a group of lines tells of one server was made good by another, so that no visitor saw it.
func madeGood(ctx context.Context, f *sysinfo.Facts, g *sysinfo.LogGroup) bool {
	if g.MadeGood || len(g.Latest) == 0 {
		return g.MadeGood
	}
	if g.Latest[0].Event.Source == errlog.HAProxy && g.Latest[0].Status == 0 {
		return !slices.ContainsFunc(g.Latest, func(l sysinfo.LogLine) bool { return !oneOfSeveral.MatchString(l.Text) })
	}
	if by := g.Latest[0].Event.Source; by != errlog.Nginx && by != errlog.Apache {
		return false
	}
	for _, s := range f.Sites(ctx) {
		if !g.Of(s) {
			continue
		}
		for _, h := range s.Hops {
			l := live{Hop: h}
			mine := l.named(g.Upstream) || g.Kind == errlog.BalancerDown && g.Upstream == ""
			if mine && l.standIn() && f.AllServed(ctx, h, g.Minutes) {
				return true
			}
		}
	}
	return false
}

// madeGood says that whatever the window's lines of some kinds tell of this hop was made good by another.
func (l *live) madeGood(ctx context.Context, f *sysinfo.Facts, kinds ...errlog.Kind) bool {
	return !slices.ContainsFunc(l.past, func(g *sysinfo.LogGroup) bool { return slices.Contains(kinds, g.Kind) && !madeGood(ctx, f, g) })
}

// standIn says that where this hop fails its gateway asks another: one of its block (Apache: of its balancer), or a named location that nginx's
// error_page sends it to. A page of a status that error_page sets itself hides the failure, and makes nothing good.
func (l *live) standIn() bool {
	if l.Site.Gateway.Kind == "apache" {
		return slices.ContainsFunc(l.Site.Hops, func(h *sysinfo.Hop) bool { return h.Address() != l.Address() && l.beside(h) })
	}
	x, ok := l.Extra.(sysinfo.NginxHop)
	if !ok || slices.ContainsFunc(x.Pass.ErrorPages(), func(set nginx.Setting) bool {
		return slices.ContainsFunc(set.Args, func(a string) bool { return strings.HasPrefix(a, "=") && a != "=" })
	}) {
		return false
	}
	return slices.ContainsFunc(l.Site.Hops, func(h *sysinfo.Hop) bool {
		name := strings.TrimPrefix(h.Location, "location ")
		return h.Address() != l.Address() && (l.beside(h) || strings.HasPrefix(name, "@") && l.fallsBackTo(name))
	})
}
