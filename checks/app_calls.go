package checks

import (
	"context"
	"fmt"
	"strconv"

	"fix502/sysinfo"
)

// calledApp: the app told nothing, but its own code or environment names a port of this machine where nobody listens and where one service
// that does not run would be.
func calledApp(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) bool {
	all, err := f.Services(ctx)
	if err != nil {
		return false
	}
	for _, call := range f.LocalCalls(ctx, l.Hop, l.uri()) {
		if listenedAt(ctx, f, call.Port) {
			continue
		}
		missed, ok := idleNeighbour(all, strconv.Itoa(call.Port))
		if !ok {
			missed, ok = idleAt(f, all, call.Port, u)
		}
		if ok {
			found.Evidence = append(found.Evidence, Evidence{Source: call.Where.String(), Text: fmt.Sprintf("the app asks port %d of this machine, and nothing listens there", call.Port)})
			startMissed(ctx, f, found, missed)
			return true
		}
	}
	return false
}
