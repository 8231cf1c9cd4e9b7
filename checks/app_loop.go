package checks

import (
	"context"
	"errors"
	"slices"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// startedAnew says that systemd has just started a service again that had ended by itself.
func startedAnew(f *sysinfo.Facts, u sysinfo.Unit) bool {
	return u.Name != "" && u.Restarts > 0 && f.Host.Now().Sub(u.Since) < time.Minute
}

// justAgain says that systemd has started a service anew over and over, the last time a moment ago: it looks as if it ran.
func justAgain(f *sysinfo.Facts, u sysinfo.Unit) bool { return startedAnew(f, u) && u.Restarts > 1 }

// betweenEnds says that a service that runs at this moment has ended by itself over and over, the last time just before: it is seen between two of its ends.
func betweenEnds(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) bool {
	if !justAgain(f, u) {
		return false
	}
	lines, _ := f.Words(ctx, u) // unreadable: it may be on its way
	last := lastSaid(recent(lines), hasEnded)
	return last != nil && u.Since.Sub(last.Time) < time.Minute
}

// refusedBetween is the service of a hop that was not there for our own question and listens by now, because systemd has started it again: it ends over and over,
// and was looked at between two of its ends.
func refusedBetween(ctx context.Context, f *sysinfo.Facts, l *live) (sysinfo.Unit, bool) {
	line, now, _ := l.has(errlog.ConnectRefused, errlog.ConnectUnixRefused, errlog.ConnectUnixMissing)
	if !now || l.reach.Listener == nil || l.Scheme == "fastcgi" {
		return sysinfo.Unit{}, false
	}
	u := appUnit(ctx, f, l)
	return u, startedAnew(f, u) && u.Since.After(line.Time.Add(-10*time.Second))
}

// bootsInVain is a gunicorn that took our question and ended before it had loaded the app: its master listens first and loads then. Only such an end
// brings a master of gunicorn's down (gunicorn/arbiter.py, HaltServer); where its log cannot be read, that has to do.
func bootsInVain(ctx context.Context, f *sysinfo.Facts, l *live) (sysinfo.Unit, bool) {
	if _, now, _ := l.has(errlog.PrematureClose, errlog.ReadReset); !now || l.reach.Listener == nil {
		return sysinfo.Unit{}, false
	}
	u := appUnit(ctx, f, l)
	if !startedAnew(f, u) || !runsGunicorn(f, u) {
		return u, false
	}
	lines, err := f.Words(ctx, u)
	return u, errors.Is(err, sysinfo.ErrNeedsRoot) || slices.ContainsFunc(recent(lines), func(j sysinfo.JournalLine) bool {
		return containsAny(j.Text, "Worker failed to boot", "App failed to load")
	})
}

// haltsInVain is a gunicorn that could not load the app and is still on its way out: systemd calls it running, while its master has given up its socket
// and waits for the workers that are left, for graceful_timeout, 30 seconds by default (gunicorn/arbiter.py, halt and stop). A port is held by those until
// then, and nobody answers there.
func haltsInVain(ctx context.Context, f *sysinfo.Facts, l *live) (sysinfo.Unit, bool) {
	if l.Scheme == "fastcgi" || !l.silent && !(l.hit && l.reach.Broken()) {
		return sysinfo.Unit{}, false
	}
	u := f.AppFor(ctx, l.Hop).Unit
	if !u.Running() || !runsGunicorn(f, u) {
		return u, false
	}
	lines, _ := f.Words(ctx, u) // unreadable: nothing says that it halts
	return u, slices.ContainsFunc(lines, func(j sysinfo.JournalLine) bool {
		return !j.Time.Before(u.Since) && containsAny(j.Text, "Exception in worker process", "Worker failed to boot", "App failed to load")
	})
}
