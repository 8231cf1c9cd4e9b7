package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// rubyJavaDeath: a worker of a Ruby or Java app went down while it served.
func rubyJavaDeath() Check {
	return Check{
		ID: "ruby-java-worker-death", Title: "No worker of a Ruby or Java app dies", Topic: Upstreams,
		Means: `A worker of the app server died or was killed while it served: out of memory in Java (OutOfMemoryError), a unicorn or Passenger worker
that was ended. The app's own log has the reason; memory is the usual one.`,
		Run: appEvent(brokenKinds, []errlog.Kind{errlog.JavaMemory, errlog.JavaThreads, errlog.WorkerReaped, errlog.PassengerSpawn}, func(_ context.Context, _ *sysinfo.Facts, _ *live, u sysinfo.Unit, line sysinfo.LogLine) *Finding {
			return &Finding{Confidence: 0.9, Summary: fmt.Sprintf("a worker of %s died: %s", unitWord(u.Name), shorten(line.Text)), Covers: []ID{"upstream-premature-close"},
				Fix: Fix{Title: "Give the app the memory it needs, or let it need less", Risk: Medium}.Tell("Compare the app's memory limit (-Xmx, MemoryMax= of %s) with what the machine has, and look for what grew", u.Name)}
		}),
	}
}
