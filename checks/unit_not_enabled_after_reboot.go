package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
)

// unitNotEnabled: it worked until the machine was rebooted.
func unitNotEnabled() Check {
	return Check{
		ID: "unit-not-enabled-after-reboot", Title: "What sites need starts at boot", Topic: Upstreams,
		Means: `Everything worked until the machine was rebooted: the service was once started by hand and never enabled (or only for a desktop that a server does not start), so nothing started it
this time. Start it and enable it, or the next reboot breaks the site again.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if d := fpmTrouble(ctx, f, l); d != nil && d.cause == "unit-not-enabled-after-reboot" {
				found := d.finding(ctx, f, l, fmt.Sprintf("%s is not enabled, and was not started after the reboot", d.fpm.Name()))
				found.Where = d.pool.Get("listen").Place
				found.Fix = fpmAtBoot(f, d.fpm)
				return found
			}
			app := f.AppFor(ctx, l.Hop)
			u, kept := app.Unit, ""
			if k, ok := keeperDown(ctx, f, u); ok {
				u, kept = k, ", and with it "+unitWord(app.Unit.Name)+", which it keeps"
			}
			if l.reach.Listener != nil || l.reach.Err != nil || u.Name == "" || u.Active != "inactive" || !rebooted(ctx, f, u) {
				return nil
			}
			found := &Finding{Status: l.broken(), Confidence: 0.94, Where: l.Where, Summary: fmt.Sprintf("%s is not enabled, and was not started after the reboot%s", unitWord(u.Name), kept),
				Evidence: []Evidence{unitSays(u), passLine(l)}, Fix: startUnit(app.Unit)}
			byHandOnly(f, app.Unit, found)
			wantedAtBoot(f, u, found)
			return withLine(found, l, connectKinds...)
		}),
	}
}
