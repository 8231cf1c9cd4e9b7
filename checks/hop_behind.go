package checks

import (
	"context"
	"time"

	"fix502/sysinfo"
)

// behindSince is since when the gateway that a hop leads to works with the files that it has, or since when the app behind it runs, where its site has only one: what
// was mended there is mended for whoever stands before it, whose own log keeps the failures. Gateways may lead to each other in a circle.
func behindSince(ctx context.Context, f *sysinfo.Facts, h *sysinfo.Hop, deep int) time.Time {
	s := f.Inner(ctx, h)
	if s == nil || deep == 0 {
		return time.Time{}
	}
	t := s.Gateway.Loaded
	if !t.IsZero() {
		t = endOfSecond(t)
	}
	if len(s.Hops) != 1 {
		return t
	}
	if o := f.Reach(ctx, s.Hops[0]).Owner; o != nil && o.Start.After(t) {
		t = o.Start
	}
	if further := behindSince(ctx, f, s.Hops[0], deep-1); further.After(t) {
		t = further
	}
	return t
}
