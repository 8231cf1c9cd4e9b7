package checks

import (
	"context"
	"time"

	"fix502/sysinfo"
)

// cured is when something last changed by which a hop that failed in the window may have been mended without a start of either end: who listens (where
// only root sees that), the firewall, a file that the app needs, a mount into a chroot, the gateway behind this one or its app.
func cured(ctx context.Context, f *sysinfo.Facts, l *live) time.Time {
	if len(l.past) == 0 {
		return time.Time{}
	}
	last := serviceBegan(ctx, f, l)
	for _, at := range []time.Time{wallsWritten(f), opened(ctx, f, l), shownSince(f, l), behindSince(ctx, f, l.Hop, 3), fpmMended(ctx, f, l), roomAgain(ctx, f)} {
		if at.After(last) {
			last = at
		}
	}
	return last
}

// fpmMended is since when PHP-FPM works with files that somebody had changed right before: the start cut what was in flight, once.
func fpmMended(ctx context.Context, f *sysinfo.Facts, l *live) time.Time {
	p, _ := f.PoolOf(ctx, l.Hop)
	if p == nil || !p.Running() {
		return time.Time{}
	}
	start := p.Master.Start
	if at := p.Unit.Reloaded(); at.After(start) {
		start = at
	}
	for _, name := range append(p.Config.Files[:len(p.Config.Files):len(p.Config.Files)], p.IniDir) {
		if i, err := f.Host.Root.Stat(name); err == nil && rightBefore(i.ModTime, start) {
			return endOfSecond(start)
		}
	}
	return time.Time{}
}

// rightBefore says that a file was written in the two minutes before a start, as by somebody who starts it for that; systemd tells whole seconds.
func rightBefore(written, start time.Time) bool {
	return within(written.Add(time.Minute), start, time.Minute+time.Second)
}
