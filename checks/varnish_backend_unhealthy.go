package checks

import (
	"context"
	"errors"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/varnish"
)

// varnishBackendUnhealthy: the probe fails, and the app itself would answer.
func varnishBackendUnhealthy() Check {
	return Check{
		ID: "varnish-backend-unhealthy", Title: "Varnish's probes succeed", Topic: Upstreams, After: connectCauses(),
		Means: `Varnish's probe of the backend failed, so it answers 503 without asking. varnishlog -i Backend_health shows each probe and why it failed,
varnishadm backend.list the state. Mend the backend, or the probe when it asks for the wrong page. Only 200 counts as good unless
.expected_response says otherwise.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			b, ok := l.Extra.(*varnish.Backend)
			if !ok || !l.reach.Open() && l.reach.Err == nil {
				return nil
			}
			all, err := f.Backends(ctx, l.Site.Gateway)
			if errors.Is(err, sysinfo.ErrNeedsRoot) {
				if found := failsProbe(ctx, f, l, b); found != nil {
					return found
				}
			}
			if err != nil {
				return &Finding{Status: Unknown, Summary: "the state of Varnish's backends: " + why(err)}
			}
			s, known := all[b.Name]
			if !known || s.Health != "sick" && s.Admin != "sick" {
				return pass(fmt.Sprintf("Varnish calls %s healthy", b.Name))
			}
			found := &Finding{Status: l.broken(), Confidence: 0.96, Where: l.Where, Covers: []ID{"upstream-returned-5xx", "varnish-backend-fetch-failed"},
				Evidence: []Evidence{{Source: "varnishadm backend.list", Text: fmt.Sprintf("%s %s %s %s", b.Name, s.Admin, s.Probe, s.Health)}, passLine(l)}}
			if s.Admin == "sick" {
				found.Summary = "backend " + b.Name + " was set to sick by hand"
				found.Fix = Fix{Title: "Let Varnish ask it again", Risk: Low, Undo: "varnishadm backend.set_health " + sh(b.Name) + " sick"}.Do("Let the probe decide again", "varnishadm backend.set_health %s auto", sh(b.Name))
				return found
			}
			found.Summary = fmt.Sprintf("the app at %s answers, but Varnish's probe of it fails (%s good), so Varnish asks it nothing", l.Address(), s.Probe)
			found.Fix = mendProbe(ctx, f, l, b, found)
			return found
		}),
	}
}

// failsProbe knows it without varnishadm, which is root's: Varnish answers 503 by itself, the app gives that page, and not the probe's, which we ask
// for as Varnish does.
func failsProbe(ctx context.Context, f *sysinfo.Facts, l *live, b *varnish.Backend) *Finding {
	if len(b.Probe) == 0 || !l.hit || !own("varnish", l.answer) || !l.wellOrShut(ctx, f) {
		return nil
	}
	url, ok := b.ProbeValue("url")
	if !ok {
		return nil
	}
	host := b.Host()
	if v, ok := b.Values["host_header"]; ok {
		host = v.Text
	}
	a, err := l.askApp(ctx, f, sysinfo.Question{Host: host, URI: url.Text})
	want := probeWants(b)
	if err != nil || a.Status == 0 || a.Status == want {
		return nil
	}
	found := &Finding{Status: l.broken(), Confidence: 0.93, Where: l.Where, Covers: []ID{"upstream-returned-5xx", "varnish-backend-fetch-failed"},
		Summary:  fmt.Sprintf("the app at %s gives visitors' pages, but answers Varnish's probe with %d, so Varnish asks it nothing", l.Address(), a.Status),
		Evidence: []Evidence{pageSays(&a, fmt.Sprintf("%d, as Varnish's probe asks; it takes %d for good", a.Status, want)), passLine(l)}}
	found.Fix = mendProbe(ctx, f, l, b, found)
	return found
}
