package checks

import (
	"context"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// caddyNoUpstreams: Caddy's health checks have taken all upstreams out.
func caddyNoUpstreams() Check {
	return Check{
		ID: "caddy-no-upstreams", Title: "Caddy has an upstream that works", Topic: Upstreams, After: connectCauses(),
		Means: `Caddy marked all upstreams down, after failures (fail_duration) or because its own health checks fail (health_uri): 503 "no upstreams
available". The dial errors or health check lines before it say why. With an app that answers, the check asks for the wrong page.`,
		Run: both(perSite(caddyNowhere), loggedBy("caddy", []errlog.Kind{errlog.NoHealthyUpstream}, func(ctx context.Context, f *sysinfo.Facts, l *live, _ sysinfo.LogLine) *Finding {
			x, ok := l.Extra.(sysinfo.CaddyHop)
			if !ok {
				return nil
			}
			found := &Finding{Confidence: 0.7, Where: l.Pass, Summary: "Caddy has marked all its upstreams down", Evidence: []Evidence{passLine(l)},
				Fix: Fix{Title: "Look at the failure before it", Risk: Low}.Tell("The lines before it in Caddy's log (journalctl -u caddy) name the upstream and what it did")}
			if l.reach.Open() {
				mendCaddyHealth(ctx, f, l, x, found)
			}
			return found
		})),
	}
}
