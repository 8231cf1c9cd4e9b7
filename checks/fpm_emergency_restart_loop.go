package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
	"fix502/sysinfo/phpfpm"
)

// fpmEmergencyRestartLoop: crashes make PHP-FPM reload itself, which cuts healthy requests as well.
func fpmEmergencyRestartLoop() Check {
	return Check{
		ID: "fpm-emergency-restart-loop", Title: "PHP-FPM does not reload itself after crashes", Topic: Upstreams,
		Means: `emergency_restart_threshold makes PHP-FPM reload itself when workers crash too often. Each of these reloads cuts healthy requests too,
so one crashing page turns into 502s on all pages. Mend the crash; the setting only spreads it.`,
		Run: fpmEvent([]errlog.Kind{errlog.FPMEmergency}, func(ctx context.Context, f *sysinfo.Facts, _ *live, p *sysinfo.FPM, pool *phpfpm.Pool, line sysinfo.LogLine) *Finding {
			v := p.Config.Global.Get("emergency_restart_threshold")
			if v.Int() == 0 && line.Time.Before(p.Unit.Since) {
				return nil // it was switched off, and started anew since
			}
			found := &Finding{Confidence: 0.96, Where: v.Place, Summary: fmt.Sprintf("%s reloads itself after crashes of its workers", p.Name()),
				Covers: []ID{"fpm-worker-segfault"}}
			x := Fix{Title: "Stop the reloads, then mend the crash", Risk: Medium, Workaround: true}
			if v.Set() {
				x.Undo = setLine(f.Host.Root, found.Where, configLine(f.Host.Root, found.Where))
				x = x.Do("Switch the emergency restart off", "%s", setLine(f.Host.Root, found.Where, "emergency_restart_threshold = 0"))
			}
			if crash, _, ok := poolLine(ctx, f, pool.Name, errlog.FPMCrash); ok {
				found.Evidence = append(found.Evidence, quoteLine(crash))
			}
			found.Fix = fpmRestart(p, x).Tell("%s", findCrash(p))
			return found
		}),
	}
}
