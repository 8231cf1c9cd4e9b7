package checks

import (
	"context"
	"fmt"
	"slices"

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
				if d.fpm.Unit.Fragment != "" {
					found.Where = sysinfo.Place{File: d.fpm.Unit.Fragment}
				}
				found.Fix = fpmAtBoot(f, d.fpm)
				return found
			}
			if found := socketNotEnabled(ctx, f, l); found != nil {
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
			if u.Fragment != "" {
				found.Where = sysinfo.Place{File: u.Fragment}
			}
			byHandOnly(f, app.Unit, found)
			wantedAtBoot(f, u, found)
			return withLine(found, l, connectKinds...)
		}),
	}
}

// socketNotEnabled: systemd is to listen for the app, and was told so once, by hand: the .socket unit is what has to come up at boot, not the service that
// it starts.
func socketNotEnabled(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	held, ok := f.SocketUnit(l.Hop)
	u, known := f.SocketState(ctx, held)
	if !ok || !known || l.reach.Listener != nil || l.reach.Err != nil || u.Active != "inactive" || !rebooted(ctx, f, u) {
		return nil
	}
	found := &Finding{Status: l.broken(), Confidence: 0.95, Where: sysinfo.Place{File: u.Fragment},
		Summary:  fmt.Sprintf("%s, by which systemd listens for %s, is not enabled, and was not started after the reboot", u.Name, unitWord(held.Service)),
		Evidence: []Evidence{unitSays(u), passLine(l)}, Covers: []ID{"upstream-port-nothing-listening"}}
	for _, line := range held.Lines {
		if line.Key == "ListenStream" && slices.Contains(held.Streams, line.Value) {
			found.Where = line.Place
			found.Evidence = append(found.Evidence, lineOf(f.Host.Root, line.Place))
		}
	}
	found.Fix = Fix{Title: "Let systemd listen there again", Risk: Low, Undo: "systemctl disable --now " + sh(u.Name)}.
		Do("Now and at every boot; it starts "+unitWord(held.Service)+" with the first visitor", "systemctl enable --now %s", sh(u.Name))
	return withLine(found, l, connectKinds...)
}
