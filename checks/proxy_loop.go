package checks

import (
	"context"
	"fmt"
	"net/url"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// proxyLoop: the gateway passes requests to itself, without end.
func proxyLoop() Check {
	return Check{
		ID: "proxy-loop", Title: "No request is passed back to where it came from", Topic: Upstreams,
		Means: `The gateway sends the request to an address on which it listens itself, and the same site answers there: each round takes two
connections, until none is left, and within milliseconds the visitor gets a 500 (or 502). A wrong port in proxy_pass, or a name that
leads back to this very machine or to the CDN in front of it. More connections only make the circle longer.`,
		Run: both(perHop(circle), perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			in := f.Inner(ctx, l.Hop)
			if in != l.Site && in == nil || in != nil && !sameNames(in, l.Site) {
				return nil
			}
			line, _, ok := l.has(errlog.NoWorkerConnections, errlog.ProxyLoop, errlog.TooManyFiles)
			circle := l.answer != nil && (l.answer.Status >= 400 || l.silent) && goesRound(f, l, in)
			if !ok && !circle {
				return nil // a site may ask itself on purpose, for another page
			}
			found := &Finding{Status: Fail, Confidence: 0.97, Where: l.Where, Covers: []ID{"worker-connections", "fd-limit", "apache-proxy-timeout", "upstream-read-timeout"},
				Summary:  fmt.Sprintf("%s passes the request to %s, which is this site itself", l.Where, l.Address()),
				Evidence: []Evidence{passLine(l), {Source: in.Where.String(), Text: fmt.Sprintf("server %s listens there itself", in.Name)}}}
			if ok {
				found.Evidence = append(found.Evidence, quoteLine(line))
			}
			if circle && !l.silent {
				found.Evidence = append(found.Evidence, pageSays(l.answer, fmt.Sprintf("%d after one round upon the other", l.answer.Status)))
			}
			if !l.hit && !circle {
				found.When, found.Status = l.comesAndGoes(line)
			}
			x := Fix{Title: "Let " + l.Where.String() + " name the app, not the gateway", Risk: Low}
			if app := f.AppFor(ctx, l.Hop); app.Listens() && app.Addr != l.Address() {
				found.Evidence = append(found.Evidence, unitSays(app.Unit))
				found.Fix = pointTo(ctx, f, l, app.Addr)
				return found
			}
			found.Fix = reload(ctx, f, l.Site.Gateway, x.Tell("Correct the address in %s: ss -ltnp shows on which port the app listens", l.Where))
			return found
		})),
	}
}

// goesRound says that the page we asked for comes by this hop again: the header that grows with every round may end it
// with a 400 before the connections run out, or a limit of time does.
func goesRound(f *sysinfo.Facts, l *live, in *sysinfo.Site) bool {
	uri := l.answer.Question.URI
	switch x := l.Extra.(type) {
	case sysinfo.NginxHop:
		if strings.Count(x.Pass.Value, "/") > 2 {
			return false // it is passed on under another path
		}
	case sysinfo.ApacheHop:
		u, err := url.Parse(x.Pass.URL)
		rest, under := strings.CutPrefix(uri, x.Pass.Path)
		if err != nil || x.Pass.Regex || !under || u.Scheme != "http" && u.Scheme != "https" {
			return false
		}
		uri = u.Path + rest
	case sysinfo.CaddyHop: // the page as it was asked for, but for what handle_path and uri take off
		if !strings.HasPrefix(l.Location, "reverse_proxy") {
			return false
		}
	default:
		return false
	}
	again := f.PageOf(in, uri)
	return again != nil && again.Address() == l.Address()
}

// loops says that a hop of a site leads back to the site.
func loops(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) bool {
	for _, h := range s.Hops {
		if in := f.Inner(ctx, h); in != nil && sameNames(in, s) {
			return true
		}
	}
	return false
}
