package checks

import (
	"context"
	"fmt"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
	"fix502/sysinfo/phpfpm"
)

// fpmReloadInflight: a reload without patience cuts running requests.
func fpmReloadInflight() Check {
	return Check{
		ID: "fpm-reload-inflight", Title: "Reloads of PHP-FPM let requests finish", Topic: Upstreams,
		After: []ID{"fpm-emergency-restart-loop"},
		Means: `A reload or restart of PHP-FPM ends the requests in flight at once, because process_control_timeout is 0 by default. It shows as a few
502s in the very second of a deploy, a certificate hook or an upgrade, and never again until the next one.`,
		Run: fpmEvent([]errlog.Kind{errlog.FPMReloading, errlog.FPMStopping}, func(_ context.Context, f *sysinfo.Facts, l *live, p *sysinfo.FPM, _ *phpfpm.Pool, line sysinfo.LogLine) *Finding {
			broke, now, ok := l.has(brokenKinds...)
			if !ok || now || !within(broke.Time, line.Time, 2*time.Second) { // what is asked after it, it did not cut
				return nil
			}
			found := &Finding{Confidence: 0.92, Where: sysinfo.Place{File: p.Conf}, Summary: fmt.Sprintf("a reload of %s at %s cut the requests in flight", p.Name(), line.Time.Format("15:04:05"))}
			v := p.Config.Global.Get("process_control_timeout")
			x := Fix{Title: "Let requests finish before a reload", Risk: Medium}
			if v.Set() {
				found.Where = v.Place
				x.Undo = setLine(f.Host.Root, found.Where, configLine(f.Host.Root, found.Where))
				x = x.Do("Give them 30 seconds", "%s", setLine(f.Host.Root, found.Where, "process_control_timeout = 30s"))
			} else {
				at := p.Config.Global.Place
				if !at.Known() {
					found.Fix = x.Tell("Add process_control_timeout = 30s to the section [global] of %s and restart %s", p.Conf, p.Name())
					return found
				}
				found.Where = at
				x.Undo = removeBelow(f.Host.Root, at, 1)
				x = x.Do("Give them 30 seconds", "%s", insertAfter(f.Host.Root, at, "process_control_timeout = 30s"))
			}
			found.Fix = fpmRestart(p, x)
			return found
		}),
	}
}
