package checks

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strconv"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// caddyNoUpstreams: Caddy's health checks have taken all upstreams out.
func caddyNoUpstreams() Check {
	return Check{
		ID: "caddy-no-upstreams", Title: "Caddy has an upstream that works", Topic: Upstreams, After: connectCauses(),
		Means: `Caddy marked all upstreams down, after failures (fail_duration) or because its own health checks fail (health_uri): 503 "no upstreams
available". The dial errors or health check lines before it say why. With an app that answers, the check asks for the wrong page, or an answer
that took longer than unhealthy_latency was counted as a failure.`,
		Run: both(perSite(caddyNowhere), perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if l.Site.Gateway.Kind != "caddy" {
				return nil
			}
			if found := caddyUnheard(ctx, f, l); found != nil {
				return found
			}
			return loggedHop([]errlog.Kind{errlog.NoHealthyUpstream}, caddyHeard)(ctx, f, l)
		})),
	}
}

func caddyHeard(ctx context.Context, f *sysinfo.Facts, l *live, _ sysinfo.LogLine) *Finding {
	x, ok := l.Extra.(sysinfo.CaddyHop)
	if !ok {
		return nil
	}
	found := &Finding{Confidence: 0.7, Where: l.Pass, Summary: "Caddy has marked all its upstreams down", Evidence: []Evidence{passLine(l)},
		Fix: Fix{Title: "Look at the failure before it", Risk: Low}.Tell("The lines before it in Caddy's log (journalctl -u caddy) name the upstream and what it did")}
	found.Evidence = append(found.Evidence, caddyCounts(ctx, f, l)...)
	if l.reach.Open() {
		mendCaddyHealth(ctx, f, l, x, found)
	}
	return found
}

// caddyCounts are the failures that Caddy remembers of a hop's address.
func caddyCounts(ctx context.Context, f *sysinfo.Facts, l *live) []Evidence {
	all, _ := f.CaddyUpstreams(ctx, l.Site.Gateway) // without an admin API there are none to tell
	for _, u := range all {
		if u.Fails > 0 && u.Address == l.Address() {
			return []Evidence{{Source: "Caddy's admin API, GET /reverse_proxy/upstreams", Text: fmt.Sprintf("%s: %s remembered", u.Address, plural(u.Fails, "failure", "failures"))}}
		}
	}
	return nil
}

// caddyUnheard is for a Caddy whose log only root may read: it answers 503 itself, and its health check asks the app for a page that the app does not have,
// or the app takes longer than Caddy bears.
func caddyUnheard(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	x, ok := l.Extra.(sysinfo.CaddyHop)
	if !ok || !l.reach.Open() || !failsUnheard(ctx, f, l) || l.answer.Status != http.StatusServiceUnavailable || !l.appIsWell(ctx, f) {
		return nil
	}
	found := &Finding{Status: Fail, Where: l.Pass, Evidence: append([]Evidence{passLine(l)}, caddyCounts(ctx, f, l)...)}
	if tooSlowForCaddy(ctx, f, l, x, found) {
		return found
	}
	if port, ok := x.Pass.Settings["health_port"]; ok && nobodyAt(ctx, f, l, port.Text) {
		found = &Finding{Status: Fail, Where: l.Pass, Evidence: []Evidence{{Source: "ss -ltn", Text: "no listener for port " + port.Text}, passLine(l)}}
		mendCaddyHealth(ctx, f, l, x, found)
		return found
	}
	uri, checked := x.Pass.Settings["health_uri"]
	otherwise := slices.ContainsFunc([]string{"health_port", "health_status", "health_headers"}, func(key string) bool {
		v, told := x.Pass.Settings[key]
		return told && (key != "health_status" || v.Text != "2xx") // what a check takes for good by itself
	})
	if !checked || otherwise {
		return nil
	}
	page, err := l.askApp(ctx, f, sysinfo.Question{Host: l.Address(), URI: uri.Text})
	if err != nil || page.Status >= 200 && page.Status <= 299 {
		return nil
	}
	found = &Finding{Status: Fail, Where: l.Pass, Evidence: []Evidence{pageSays(&page, fmt.Sprintf("%d, as Caddy's health check asks", page.Status)), passLine(l)}}
	mendCaddyHealth(ctx, f, l, x, found)
	return found
}

// nobodyAt says that nobody listens at another port of the hop's address.
func nobodyAt(ctx context.Context, f *sysinfo.Facts, l *live, port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	all, err2 := f.Listeners(ctx, l.Site.Gateway)
	at := netip.AddrPortFrom(l.reach.Addr.Addr(), uint16(n))
	return err == nil && err2 == nil && l.reach.Local && !slices.ContainsFunc(all, func(s sysinfo.Socket) bool { return s.Serves(at) })
}
