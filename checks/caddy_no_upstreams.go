package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// caddyNoUpstreams: Caddy's health checks have taken all upstreams out.
func caddyNoUpstreams() Check {
	return Check{
		ID: "caddy-no-upstreams", Title: "Caddy has an upstream that works", Topic: Upstreams, After: connectCauses(),
		Means: `Caddy marked all upstreams down, after failures (fail_duration) or because its own health checks fail (health_uri): 503 "no upstreams
available". The dial errors or health check lines before it say why. With an app that answers, the check asks for the wrong page.`,
		Run: loggedBy("caddy", []errlog.Kind{errlog.NoHealthyUpstream}, func(ctx context.Context, f *sysinfo.Facts, l *live, _ sysinfo.LogLine) *Finding {
			x, ok := l.Extra.(sysinfo.CaddyHop)
			if !ok {
				return nil
			}
			found := &Finding{Confidence: 0.7, Where: l.Pass, Summary: "Caddy has marked all its upstreams down", Evidence: []Evidence{passLine(l)},
				Fix: Fix{Title: "Look at the failure before it", Risk: Low}.Tell("The lines before it in Caddy's log (journalctl -u caddy) name the upstream and what it did")}
			uri, checked := x.Pass.Settings["health_uri"]
			if !checked || !l.reach.Open() {
				return found
			}
			root := l.Site.Gateway.Root
			found.Where = sysinfo.Place(uri.Place)
			found.Confidence = 0.95
			found.Summary = fmt.Sprintf("the app at %s answers, but Caddy's health check of it (%s) fails", l.Address(), uri.Text)
			found.Evidence = append(found.Evidence, lineOf(root, found.Where))
			fix := Fix{Title: "Let the check ask for a page that the app has", Risk: Low, Undo: setLine(root, found.Where, configLine(root, found.Where))}
			a, err := l.frontPage(ctx, f)
			if err != nil || a.Status < 200 || a.Status > 299 || uri.Text == "/" {
				found.Fix = fix.Tell("Ask for %s yourself and correct it at %s; it has to answer with 2xx", uri.Text, found.Where)
				return found
			}
			found.Fix = reload(ctx, f, l.Site.Gateway, fix.Do(fmt.Sprintf("%s fails, / gives %d: let the check ask for /", uri.Text, a.Status), "%s", replace(root, found.Where, uri.Text, "/"))).
				Do("Give the checks time to pass", "sleep 3")
			return found
		}),
	}
}
