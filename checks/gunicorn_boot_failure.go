package checks

import (
	"context"
	"fmt"
	"slices"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// gunicornBootFailure: gunicorn cannot import the app, or its port is taken.
func gunicornBootFailure() Check {
	return Check{
		ID: "gunicorn-boot-failure", Title: "gunicorn loads the app", Topic: Upstreams,
		Means: `gunicorn starts, fails to load the Python app (an import that does not exist, an error in the settings, a port that is taken) and
leaves, with status 3 or 4 where the app is the reason (where systemd keeps it, it calls 3 "NOTIMPLEMENTED", which means nothing here). The last line of the traceback in
its log is the reason. A restart does not help until that is mended.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			u, down := appDown(ctx, f, l)
			if !down {
				u, down = bootsInVain(ctx, f, l)
			}
			if halting, ok := haltsInVain(ctx, f, l); ok && !down {
				return stillHalts(appFailed(ctx, f, l, halting, pythonError, "gunicorn cannot load the app of "+unitWord(halting.Name)))
			}
			if !down || !failedItself(u) || neverRan(u) || neverCame(ctx, f, u) || spent(ctx, f, u) || !runsGunicorn(f, u) {
				return nil
			}
			if lines, err := f.Journal(ctx, u.Name); err == nil && failedBefore(u, lines) {
				return nil // it never ran
			}
			if found := leftInService(ctx, f, l, u); found != nil {
				return found
			}
			return appFailed(ctx, f, l, u, pythonError, "gunicorn cannot load the app of "+unitWord(u.Name))
		}),
	}
}

// leftInService: the app had loaded and served, until a page made its worker leave with status 3 or 4: for gunicorn that is an app which does
// not load, and its master goes as well (gunicorn/arbiter.py, reap_workers).
func leftInService(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit) *Finding {
	line, _, ok := l.has(errlog.PrematureClose, errlog.ReadReset)
	lines, err := f.Words(ctx, u)
	if err != nil || !ok || !within(line.Time, u.Since, 5*time.Second) || slices.ContainsFunc(lines, func(j sysinfo.JournalLine) bool { // a traceback can be longer than what is looked at else
		return j.Time.After(u.Since.Add(-time.Minute)) && containsAny(j.Text, "Exception in worker process", "Traceback", "Connection in use", "App failed to load", "Failed to find attribute")
	}) {
		return nil
	}
	found := &Finding{Status: l.broken(), Confidence: 0.95, Where: execPlace(f, u), Evidence: append([]Evidence{quoteLine(line), unitSays(u)}, lastWords(ctx, f, u)...),
		Summary: fmt.Sprintf("gunicorn of %s served, until %s made a worker leave with a status that it takes for an app which does not load", unitWord(u.Name), uriOf(line))}
	found.Evidence = append(found.Evidence, passLine(l))
	found.Fix = startUnit(u).Tell("Then find what ends the process there: sys.exit or os._exit in the code of that page; the next visitor of it stops the whole app again. Restart=on-failure in %s brings it back by itself", u.Fragment)
	found.Covers = []ID{"upstream-premature-close"}
	return withLine(found, l, connectKinds...)
}

// stillHalts adds to what keeps gunicorn from loading the app that it has not ended yet.
func stillHalts(found *Finding) *Finding {
	if found == nil {
		return nil
	}
	found.Status = Fail
	found.Summary += "; it has not ended yet, for it waits for its other workers"
	found.Covers = append(found.Covers, "upstream-port-nothing-listening", "upstream-read-timeout", "gunicorn-worker-timeout", "socket-file-deleted")
	return found
}
