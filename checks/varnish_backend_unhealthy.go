package checks

import (
	"context"
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
