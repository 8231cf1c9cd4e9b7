package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// appWorkerTimeoutKill: the app server ends its own worker before the gateway gives up.
func appWorkerTimeoutKill() Check {
	return Check{
		ID: "app-worker-timeout-kill", Title: "The app server's own time limit ends no request", Topic: Upstreams,
		Means: `The app server watches its workers and kills one that takes too long: gunicorn after 30 seconds unless told otherwise. The gateway sees
the connection break and answers 502, not 504. The app was slow: find out what it waited for. Raising the limit only helps when the work
is honestly long; keep it below the gateway's read timeout.`,
		Run: appEvent(brokenKinds, []errlog.Kind{errlog.GunicornTimeout, errlog.PumaTimeout, errlog.UnicornTimeout}, func(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, line sysinfo.LogLine) *Finding {
			found := &Finding{Confidence: 0.96, Summary: fmt.Sprintf("%s killed a worker that took longer than its own limit", unitWord(u.Name)), Covers: []ID{"upstream-premature-close", "upstream-read-timeout"}}
			x := Fix{Title: "Find out what the worker waited for", Risk: Medium}.
				Tell("Look at the slow page's queries and calls to other services first: the app's log of that minute, the database's process list")
			if c, ok := f.ContainerAs(ctx, u); ok && line.Kind == errlog.GunicornTimeout {
				limitInside(f, l, u, c, x, found)
				return found
			}
			if limit, ok := gunicornLimit(f, u); ok && line.Kind == errlog.GunicornTimeout {
				found.Where, found.Evidence = limit.place, []Evidence{lineOf(f.Host.Root, limit.place)}
				found.Fix = limit.raise(f, l, u, x)
				return found
			}
			found.Fix = defaultLimit(f, l, u, x)
			return found
		}),
	}
}

// defaultLimit raises a limit that nobody has set: gunicorn's is 30 seconds.
func defaultLimit(f *sysinfo.Facts, l *live, u sysinfo.Unit, x Fix) Fix {
	longer := almostAsLong(l)
	if u.Manager != "" || longer <= 30 || !strings.Contains(u.Exec+u.Props["Environment"], "gunicorn") || strings.Contains(u.Props["Environment"], "GUNICORN_CMD_ARGS") {
		return x.Tell("If the work is honestly long: raise the limit in ExecStart of %s (gunicorn: --timeout 60; several threads: --worker-class gthread --threads 4), %s, then systemctl daemon-reload && %s", u.Fragment, almostThat(l), u.Command("restart"))
	}
	x.Workaround = true
	x = daemonReload(dropIn(x, u.Name, "If the work is honestly long: raise the limit from gunicorn's own 30 seconds, "+almostThat(l), "Service", fmt.Sprintf(`Environment="GUNICORN_CMD_ARGS=--timeout %d"`, longer)))
	return x.Do("Start the app with it", "%s%s", anew(u), warmUp(u))
}
