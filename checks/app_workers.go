package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
)

var (
	noneLine = whenAsked(`^\s*(workers\s*=\s*)0\s*(?:#.*)?$`)
	noneSet  = whenAsked(`(?:^|[\s"'=])(WEB_CONCURRENCY=["']?)0(?:\D|$)`) // gunicorn/config.py, Workers
	noneFlag = whenAsked(`(--workers[ =]|-w[ =]?)0(?:\s|$)`)
)

// noWorkers: gunicorn is told to have none. It listens, and nobody takes what comes.
func noWorkers(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding) {
	u := appUnit(ctx, f, l)
	w, ok := inCommand(f, u, noneFlag)
	if !ok {
		w, ok = lastLineWith(f, gunicornSettings(f, u), noneLine, "#")
	}
	if !ok {
		w, ok = inEnvironment(f, u, noneSet)
	}
	if !ok || l.reach.Listener == nil || l.reach.Listener.Queue == 0 {
		return
	}
	found.Where = w.place
	found.Summary += fmt.Sprintf("; %s has no workers", unitWord(u.Name))
	found.Evidence = append([]Evidence{lineOf(f.Host.Root, w.place)}, found.Evidence...)
	x := Fix{Title: "Let gunicorn have workers", Risk: Low, Undo: replace(f.Host.Root, w.place, w.match[1]+"2", w.match[1]+"0")}
	x = x.Do("Two, to begin with", "%s", replace(f.Host.Root, w.place, w.match[1]+"0", w.match[1]+"2"))
	if w.unit {
		x = daemonReload(x)
		x.Undo += "; systemctl daemon-reload"
	}
	found.Fix = asKept(u, x.Do("Start the app with them", "%s%s", anew(u), warmUp(u)))
}
