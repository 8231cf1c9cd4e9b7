package checks

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fix502/sysinfo"
)

// fpmNotRunning: the PHP-FPM that a site needs is down, and nothing says more about why.
func fpmNotRunning() Check {
	return Check{
		ID: "fpm-not-running", Title: "The PHP-FPM that each site needs is running", Topic: Upstreams,
		After: []ID{"fpm-pool-config-error", "opcache-preload-failure", "start-limit-hit", "run-dir-missing", "fpm-reload-killed-master", "fpm-stale-socket", "oom-killed", "unit-not-enabled-after-reboot"},
		Means: `PHP-FPM is the service that runs PHP for the web server. It was stopped, masked or never started, so its socket is gone and
it has nobody to hand PHP pages to (errno 2 for a socket, 111 for a port). Static files still work. Before you only start it, look
why it went down: the evidence shows what its unit and its journal say.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if l.Scheme != "fastcgi" || l.reach.Err != nil {
				return nil
			}
			if found := poolPortTaken(ctx, f, l); found != nil {
				return found
			}
			d := fpmTrouble(ctx, f, l)
			if d == nil {
				return fpmUp(ctx, f, l)
			}
			if d.cause != "fpm-not-running" {
				return nil
			}
			found := d.finding(ctx, f, l, fmt.Sprintf("%s %s; nobody serves %s", d.fpm.Name(), howDown(d.fpm.Unit), l.Address()))
			found.Where = d.pool.Get("listen").Place
			found.Evidence = append(found.Evidence, lastWords(ctx, f, d.fpm.Unit)...)
			found.Fix = fpmStart(d.fpm, Fix{Title: "Start " + d.fpm.Name(), Risk: Low, Undo: fpmStop(d.fpm)})
			if o := obstacleOf(ctx, f, d.fpm.Unit); o != nil {
				o.explain(found, d.fpm.Unit)
			}
			return found
		}),
	}
}

// howDown says in which way a service is down, and since when.
func howDown(u sysinfo.Unit) string {
	switch {
	case u.Load == "masked" || strings.HasPrefix(u.Enabled, "masked"):
		return "is masked and not running"
	case u.Active == "inactive" && u.Result == "success" && !u.Since.IsZero():
		return "was stopped at " + u.Since.Format(time.DateTime)
	}
	return "is not running"
}

// fpmUp says who serves a hop, as what rules this cause out.
func fpmUp(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	p, pool := f.PoolOf(ctx, l.Hop)
	if p == nil {
		for _, other := range fpmRunning(ctx, f) {
			return pass(fmt.Sprintf("%s is running since %s", other.Name(), other.Master.Start.Format(time.DateTime)))
		}
		return nil
	}
	if !p.Running() {
		return nil
	}
	return pass(fmt.Sprintf("%s is running since %s, pool %s with %s", p.Name(), p.Master.Start.Format(time.DateTime), pool.Name, plural(len(p.Workers[pool.Name]), "worker", "workers")))
}
