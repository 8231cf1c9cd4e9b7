package checks

import (
	"context"
	"strings"

	"fix502/sysinfo"
)

// gunicornBootFailure: gunicorn cannot import the app, or its port is taken.
func gunicornBootFailure() Check {
	return Check{
		ID: "gunicorn-boot-failure", Title: "gunicorn loads the app", Topic: Upstreams,
		Means: `gunicorn starts, fails to load the Python app (an import that does not exist, an error in the settings, a port that is taken) and
leaves with status 3 or 4; systemd calls 3 "NOTIMPLEMENTED", which means nothing here. The last line of the traceback in its log is
the reason. A restart does not help until that is mended.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			u, down := appDown(ctx, f, l)
			if !down || !failedItself(u) || neverRan(u) || obstacleOf(ctx, f, u) != nil || gaveUp(ctx, f, u) || !strings.Contains(u.Exec, "gunicorn") {
				return nil
			}
			return appFailed(ctx, f, l, u, pythonError, "gunicorn cannot load the app of "+unitWord(u.Name))
		}),
	}
}
