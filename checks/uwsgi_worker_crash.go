package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// uwsgiWorkerCrash: a worker of uWSGI died.
func uwsgiWorkerCrash() Check {
	return Check{
		ID: "uwsgi-worker-crash", Title: "No uWSGI worker dies", Topic: Upstreams,
		After: []ID{"uwsgi-harakiri", "oom-killed"},
		Means: `A uWSGI worker died in the middle of a request: it crashed, was killed for memory, came to a limit of its unit's (LimitCPU=), or called exit. uWSGI
starts another one, and the visitor gets a 502 (from Apache a 500). The lines before its death in the journal say more.`,
		Run: appEvent(brokenKinds, []errlog.Kind{errlog.UWSGIDied, errlog.UWSGIRespawn}, func(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, line sysinfo.LogLine) *Finding {
			if l.hit && l.reach.Owner != nil && line.Time.Before(l.reach.Owner.Start) {
				return nil // of an earlier life: the one that fails now has lost no worker
			}
			found := &Finding{Confidence: 0.9, Summary: fmt.Sprintf("a worker of %s died (%s)", unitWord(u.Name), died(line.Signal)), Covers: []ID{"upstream-premature-close"}}
			if files := uwsgiFiles(f, l, u); len(files) > 0 && u.SysV() { // the script of one service for all apps says nothing of this one
				found.Where = sysinfo.Place{File: files[0]}
			}
			if set, ok := cpuLimit(f, u, line.Signal); ok {
				return outOfTime(f, u, set, found)
			}
			if evilReload(ctx, f, l, u, line, found) {
				return found
			}
			found.Fix = readApp(ctx, f, l, Fix{Title: "Find out what ended the worker", Risk: Low}, "Read its last words; signal 9 may be the kernel for memory (journalctl -k), 11 a crash of an extension")
			return found
		}, skipsUntold),
	}
}
