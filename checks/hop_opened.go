package checks

import (
	"context"
	"time"

	"fix502/sysinfo"
)

// opened is when a file that an app was refused, or missed, at its last complaint became one that it may read: what the gateway said before that is
// history, though nobody had to start anything anew; that of the same second, too, which logs do not divide. Zero when there is none.
func opened(ctx context.Context, f *sysinfo.Facts, l *live) time.Time {
	if !l.reach.Open() {
		return time.Time{}
	}
	u := asWorker(ctx, f, l, appUnit(ctx, f, l))
	lines, err := f.Words(ctx, u)
	if err != nil || u.Name == "" {
		return time.Time{}
	}
	for _, w := range reversed(latest(lines)) {
		if !refusedFile.MatchString(w.Text) && !absentFile.MatchString(w.Text) {
			continue
		}
		if file := complainedOf(w.Text); file != "" {
			if at := openedLater(ctx, f, u, file, w.Time); !at.IsZero() {
				return endOfSecond(at)
			}
			return time.Time{}
		}
	}
	return time.Time{}
}

// openedLater is when the way to a file last changed, where that was after a moment and the service's user may read the file by now.
func openedLater(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, file string, then time.Time) time.Time {
	steps, err := f.Host.Root.Walk(file)
	if err != nil || len(barredOn(ctx, f, u, file, 4)) > 0 {
		return time.Time{}
	}
	var at time.Time
	for n, i := range steps {
		if i.Changed.After(at) && (!i.Mode.IsDir() || n == len(steps)-1 || i.Changed.Sub(i.ModTime) > time.Second) { // a folder changes with each file in it
			at = i.Changed
		}
	}
	if !at.After(then) {
		return time.Time{}
	}
	return at
}
