package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
)

// fpmReloadKilledMaster: a reload with a broken pool kills PHP-FPM, and systemctl reload still says success.
func fpmReloadKilledMaster() Check {
	return Check{
		ID: "fpm-reload-killed-master", Title: "PHP-FPM came back from its last reload", Topic: Upstreams,
		After: []ID{},
		Means: `A reload makes PHP-FPM start itself anew. With a broken pool file it cannot, and is gone: systemctl reload had already reported
success. The old socket's file stays behind, so the gateway is refused (errno 111) instead of finding nothing. Correct the line that the
journal names, then start it; and test with php-fpm -t before every reload.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			d := fpmTrouble(ctx, f, l)
			if d == nil || d.cause != "fpm-reload-killed-master" {
				return nil
			}
			text := ""
			if d.line != nil {
				text = ": " + reason(d.line.Text)
			}
			found := d.finding(ctx, f, l, fmt.Sprintf("a reload with a broken pool file ended %s%s", d.fpm.Name(), text))
			if line := reloadLine(f.Host.Root, d.fpm); line != "" {
				found.Evidence = append(found.Evidence, Evidence{Source: d.fpm.ErrorLogFile(), Text: line})
			} else {
				at := d.fpm.Unit.Reloaded()
				found.Evidence = append(found.Evidence, Evidence{Source: "systemctl show " + d.fpm.Name(), Text: "reloaded at " + at.Format("15:04:05") + ", when it ended", Time: at})
			}
			found.Fix = poolFix(ctx, f, d)
			return found
		}),
	}
}
