package checks

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fix502/sysinfo"
)

// endStray is for a port that is held by a process outside its service, one of a former release or started by hand, and
// that answers nobody: the service itself cannot have the port until it is gone. Another service is stopped, not killed.
func endStray(ctx context.Context, f *sysinfo.Facts, l *live) (Fix, bool) {
	o := l.reach.Owner
	u := f.AppFor(ctx, l.Hop).Unit
	if o == nil || o.PID <= 1 || u.Name == "" || u.Manager != "" || u.Running() || f.UnitOf(o.PID) == u.Name {
		return Fix{}, false
	}
	if strings.HasSuffix(f.UnitOf(o.PID), ".service") { // systemd would start it again
		return freePort(ctx, f, l, u), true
	}
	x := Fix{Title: fmt.Sprintf("End the process that holds the port, and start %s", unitWord(u.Name)), Risk: Medium}.
		Tell("%s is held by %s (pid %d, since %s), which answers nobody and does not belong to %s", l.Address(), o.Cmd, o.PID, o.Start.Format(time.DateTime), u.Name).
		Do("End it", "kill -9 %d", o.PID)
	x.Steps = append(x.Steps, startUnit(u).Steps...)
	return x, true
}
