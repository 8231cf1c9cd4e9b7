package checks

import (
	"context"
	"net/http"

	"fix502/sysinfo"
)

// judgeUntold takes a page that failed for this hop's where neither the configuration tells which hop it went by (a map, a geo block, a pattern that only
// nginx can read, the question whether it may be seen) nor a log that can be read: the gateway made the page, and of all its hops this one alone cannot be
// reached.
func (l *live) judgeUntold(ctx context.Context, f *sysinfo.Facts, page *sysinfo.Hop, a *sysinfo.Answer) {
	if !l.unheard || l.onPath || !l.reach.Broken() || !own(l.Site.Gateway.Kind, a) {
		return
	}
	ofVariable := page != nil && page != l.Hop && page.Pass == l.Pass && !l.beside(page)
	if (page == nil || ofVariable || l.asksFirst(page, a.Status)) && loneBroken(ctx, f, l.Site) == l.Hop {
		l.onPath, l.hit, l.answer = true, true, a
	}
}

// loneBroken is the one hop of a site that cannot be reached, nil where there is none, or more than one.
func loneBroken(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *sysinfo.Hop {
	var out *sysinfo.Hop
	for _, h := range s.Hops {
		if r := f.Reach(ctx, h); !r.Broken() {
			continue
		}
		if out != nil {
			return nil
		}
		out = h
	}
	return out
}

// asksFirst says that a gateway asks this hop whether a page that goes to another may be seen. Where that cannot be asked, nginx makes the page a 500
// (ngx_http_auth_request_module), and Caddy a 502 (its forward_auth is a reverse_proxy of its own).
func (l *live) asksFirst(page *sysinfo.Hop, status int) bool {
	if its, ok := l.Extra.(sysinfo.CaddyHop); ok {
		return its.Pass.Directive == "forward_auth" && status == http.StatusBadGateway
	}
	from, ok := page.Extra.(sysinfo.NginxHop)
	its, ok2 := l.Extra.(sysinfo.NginxHop)
	if !ok || !ok2 || status != http.StatusInternalServerError {
		return false
	}
	to := from.Pass.Block.Get("auth_request").Value()
	loc, sure := from.Pass.Server.Locate(to)
	return to != "" && to != "off" && sure && loc != nil && loc.Block == its.Pass.Block
}
