package checks

import (
	"context"

	"fix502/sysinfo"
)

// startLimitHit: systemd gave up after too many failed starts.
func startLimitHit() Check {
	return Check{
		ID: "start-limit-hit", Title: "systemd has not given up on a service", Topic: Upstreams,
		Means: `A service that was started too often within ten seconds (five times, by default) is not started again: systemd says "Start request
repeated too quickly". The first failure, earlier in the journal, is the real reason. When that is mended, or there was none because
somebody restarted it in a loop, tell systemd to forget the count and start it.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if d := fpmTrouble(ctx, f, l); d != nil && d.cause == "start-limit-hit" {
				found := d.finding(ctx, f, l, "systemd gave up starting "+d.fpm.Name()+": too many starts in a short time")
				found.Where = sysinfo.Place(d.pool.Get("listen").Place)
				found.Fix = fpmStart(d.fpm, Fix{Title: "Forget the count and start " + d.fpm.Name(), Risk: Low})
				return found
			}
			return nil
		}),
	}
}
