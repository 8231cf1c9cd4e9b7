package checks

import (
	"context"
	"strings"
	"time"

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
			if !down {
				u, down = endedByPage(ctx, f, l)
			}
			if !down || neverRan(u) || neverCame(ctx, f, u) || spent(ctx, f, u) || !runsNode(f, u) {
				return nil
			}
			if lines, err := f.Journal(ctx, u.Name); err == nil && failedBefore(u, lines) {
				return nil // it never ran
			}
			return appFailed(ctx, f, l, u, nodeError, unitWord(u.Name)+", a Node app, "+endsHow(ctx, f, l, u))
		}),
	}
}

// endedByPage is the service of a hop that listens again by now, and that ended with an error while it answered the page that was just asked for.
func endedByPage(ctx context.Context, f *sysinfo.Facts, l *live) (sysinfo.Unit, bool) {
	if !l.hit || l.answer == nil || !l.reach.Open() {
		return sysinfo.Unit{}, false
	}
	u := appUnit(ctx, f, l)
	lines, err := f.Words(ctx, u)
	last := lastSaid(latest(lines), nodeError)
	if err != nil || last == nil || last.Time.Before(l.answer.At.Add(-time.Second)) {
		return u, false
	}
	left := lastSaid(latest(lines), hasEnded) // an error that it told, and lived on, is no end
	return u, strings.Contains(last.Text, "FATAL ERROR: ") || left != nil && !left.Time.Before(last.Time)
}

// hasEnded is systemd's word of a program's end.
var hasEnded = whenAsked(`: Main process exited, code=`)
