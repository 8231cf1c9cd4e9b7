package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
	"fix502/sysinfo/phpfpm"
)

// fpmProcessMax: the global limit keeps pools from growing to their own.
func fpmProcessMax() Check {
	return Check{
		ID: "fpm-process-max", Title: "PHP-FPM may start as many workers as its pools want", Topic: Platform,
		Means: `process.max limits all pools of this PHP-FPM together. It is reached, so pools get fewer workers than their pm.max_children and requests
wait. Raise it to the sum of the pools, if the memory is there for them; or the system refuses to fork (TasksMax, ulimit).`,
		Run: both(fpmEvent([]errlog.Kind{errlog.FPMProcessMax, errlog.FPMForkFailed}, processMaxReached), perHop(processMaxByCount)),
	}
}

// processMaxByCount knows it without PHP-FPM's log, which is root's: as many workers as may be, fewer in this pool than it may have, and requests wait.
func processMaxByCount(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	if l.Scheme != "fastcgi" || l.reach.Listener == nil || f.StillWaits(ctx, *l.reach.Listener) == 0 {
		return nil
	}
	p, own := f.PoolOf(ctx, l.Hop)
	if p == nil || unread(ctx, f, p.Logs()) == nil {
		return nil
	}
	all := 0
	for _, workers := range p.Workers {
		all += len(workers)
	}
	if most := p.Config.Global.Get("process.max"); !most.Set() || most.Int() == 0 || all < most.Int() || len(p.Workers[own.Name]) >= own.Get("pm.max_children").Int() {
		return nil
	}
	found := processMaxReached(ctx, f, l, p, own, sysinfo.LogLine{})
	found.Status = Fail
	found.Evidence = append(found.Evidence, lineOf(f.Host.Root, found.Where))
	return found
}

// processMaxReached is what is told of a PHP-FPM that may not start as many as its pools may have.
func processMaxReached(_ context.Context, f *sysinfo.Facts, l *live, p *sysinfo.FPM, own *phpfpm.Pool, line sysinfo.LogLine) *Finding {
	v := p.Config.Global.Get("process.max")
	found := &Finding{Confidence: 0.93, Where: v.Place, Summary: fmt.Sprintf("%s may not start more workers", p.Name()),
		Covers: []ID{"upstream-read-timeout", "fpm-workers-exhausted", "listen-backlog-full-unix"}}
	if s := l.reach.Listener; s != nil && s.Queue > 0 && len(p.Workers[own.Name]) < own.Get("pm.max_children").Int() {
		found.When = Now
		found.Evidence = append(found.Evidence, Evidence{Source: "ss -lx", Text: fmt.Sprintf("%s of %s: %s", plural(s.Queue, "request waits", "requests wait"), s, plural(len(p.Workers[own.Name]), "worker", "workers"))})
	}
	if line.Kind == errlog.FPMForkFailed || !v.Set() {
		found.Where = sysinfo.Place{File: p.Unit.Fragment}
		found.Fix = Fix{Title: "Raise the limit of tasks", Risk: Medium}.Tell("systemctl show %s -p TasksMax,TasksCurrent and ulimit -u of the pool's user tell which limit it is", p.Name())
		return found
	}
	sum := 0
	for _, pool := range p.Config.Pools {
		sum += pool.Get("pm.max_children").Int()
	}
	found.Summary = fmt.Sprintf("process.max = %d is less than the pools' %d workers", v.Int(), sum)
	x := Fix{Title: "Let the pools have their workers", Risk: Medium, Undo: setLine(f.Host.Root, found.Where, configLine(f.Host.Root, found.Where))}
	found.Fix = fpmRestart(p, x.Do("Raise the limit to the pools' sum", "%s", setLine(f.Host.Root, found.Where, fmt.Sprintf("process.max = %d", sum))))
	return found
}
