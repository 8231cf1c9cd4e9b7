package checks

import (
	"context"

	"fix502/sysinfo"
)

// nodeCrash: the Node program ends with an exception, once or in a loop.
func nodeCrash() Check {
	return Check{
		ID: "node-crash", Title: "The Node app stays up", Topic: Upstreams,
		Means: `The Node program ended itself: an exception nobody caught, a module that is not installed, no memory left. The first visitor sees the
connection break, the next ones a refused one; with Restart=always systemd starts it again and again, so it looks "active". The error in
its log is the reason.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			u, down := appDown(ctx, f, l)
			if !down || neverRan(u) || spent(ctx, f, u) || !nodeApp.MatchString(u.Exec) {
				return nil
			}
			if lines, err := f.Journal(ctx, u.Name); err == nil && failedBefore(u, lines) {
				return nil // it never ran
			}
			return appFailed(ctx, f, l, u, nodeError, unitWord(u.Name)+", a Node app, "+endsHow(ctx, f, l, u))
		}),
	}
}
