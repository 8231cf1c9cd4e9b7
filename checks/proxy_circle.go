package checks

import (
	"context"
	"fmt"
	"slices"

	"fix502/sysinfo"
)

// circle: a request comes back to where it began by way of other gateways: nginx asks Varnish, and Varnish asks nginx. The
// hop that closes the circle is the wrong one.
func circle(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	in := f.Inner(ctx, l.Hop)
	if in == nil || in.Gateway == l.Site.Gateway || !outermost(ctx, f, in) {
		return nil
	}
	a, bad := failsNow(ctx, f, in)
	if all := f.Answers(ctx, in); !bad && len(all) > 0 { // the headers that grow with every round may end it before the connections run out
		a, bad = all[0], slices.Contains(headersTooLarge[:], all[0].Status)
	}
	if !bad || !leadsTo(ctx, f, in, l.Hop, a.Question.URI) {
		return nil
	}
	found := &Finding{Status: Fail, Confidence: 0.97, Where: l.Where, Covers: []ID{"worker-connections", "fd-limit", "upstream-returned-5xx", "upstream-read-timeout", "varnish-backend-fetch-failed", "haproxy-connect-refused"},
		Summary:  fmt.Sprintf("%s sends the request back to %s at %s, from where it came: it goes round without end", l.From, in.Gateway.Title(), l.Address()),
		Evidence: []Evidence{passLine(l), {Source: in.Where.String(), Text: fmt.Sprintf("%s serves %s there, and hands it on to %s", in.Gateway.Title(), in.Name, l.From)}}}
	if addr, because := rightful(ctx, f, l); addr != "" {
		found.Summary += "; " + because
		found.Fix = pointTo(ctx, f, l, addr)
		return found
	}
	found.Fix = Fix{Title: "Let " + l.Where.String() + " name the app, not the gateway", Risk: Low}.Tell("Correct the address at %s: ss -ltnp shows on which port the app listens. Then reload %s", l.Where, l.From)
	return found
}

// headersTooLarge are the statuses of a request whose headers are too large for a gateway (RFC 9110, 15.5.1; RFC 6585, 5; nginx says 400 to a visitor).
var headersTooLarge = [...]int{400, 431}

// outermost says that visitors come in by a site: it is the one they named, or it has one of the web's own ports.
func outermost(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) bool {
	if t := f.Target(ctx); t != nil {
		return t == s || sameNames(t, s)
	}
	for _, at := range s.Listen {
		if p := at.Addr.Port(); p == 80 || p == 443 {
			return true
		}
	}
	return false
}

// leadsTo follows a page from gateway to gateway until it reaches a hop.
func leadsTo(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, to *sysinfo.Hop, uri string) bool {
	for range 5 {
		h := f.PageOf(s, uri)
		if h == nil {
			return false
		}
		if h == to {
			return true
		}
		if s = f.Inner(ctx, h); s == nil {
			return false
		}
	}
	return false
}
