package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// rubyJavaDeath: a worker of a Ruby or Java app went down while it served.
func rubyJavaDeath() Check {
	return Check{
		ID: "ruby-java-worker-death", Title: "No worker of a Ruby or Java app dies", Topic: Upstreams,
		Means: `A worker of the app server died or was killed while it served: out of memory in Java (OutOfMemoryError), a unicorn or Passenger worker
that was ended. The app's own log has the reason; memory is the usual one.`,
		Run: appEvent(brokenKinds, []errlog.Kind{errlog.JavaMemory, errlog.JavaThreads, errlog.WorkerReaped, errlog.PassengerSpawn}, func(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, line sysinfo.LogLine) *Finding {
			found := &Finding{Confidence: 0.9, Summary: fmt.Sprintf("a worker of %s died: %s", unitWord(u.Name), shorten(line.Text)), Covers: []ID{"upstream-premature-close", "ajp-failure"}}
			x := Fix{Title: "Give the app the memory it needs, or let it need less", Risk: Medium}
			if !u.Running() && !u.Starting() && !u.Looping() {
				found.Summary = fmt.Sprintf("%s ended: %s", unitWord(u.Name), shorten(line.Text))
				found.Covers = append(found.Covers, "upstream-port-nothing-listening")
				start := startUnit(u)
				x.Steps, x.Undo = start.Steps, start.Undo
				if last := &x.Steps[len(x.Steps)-1]; line.Kind == errlog.JavaMemory && l.Port != 0 {
					last.Command = strings.TrimSuffix(last.Command, warmUp(u)) + untilListens(l.Port)
				}
			}
			limit := fmt.Sprintf("-Xmx, MemoryMax= of %s", u.Name)
			if at := heapLimit(f, u); at.Known() && line.Kind == errlog.JavaMemory {
				found.Where, found.Evidence = at, []Evidence{lineOf(f.Host.Root, at)}
				limit = fmt.Sprintf("-Xmx at %s", at)
				if fix, ok := moreHeapAt(ctx, f, u, at, x); ok && u.Manager == "" {
					found.Confidence = 0.95
					found.Fix = fix.Tell("Then look for what grew: MemoryMax= of the unit and the machine are the limits that come next")
					return found
				}
			}
			found.Fix = x.Tell("Compare the app's memory limit (%s) with what the machine has, and look for what grew", limit)
			return found
		}),
	}
}

// moreHeapAt raises the heap at a line that limits it, and starts the app anew, or for the first time, with it.
func moreHeapAt(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, at sysinfo.Place, x Fix) (Fix, bool) {
	word := maxHeap.FindString(configLine(f.Host.Root, at))
	if _, ok := raisedHeap(ctx, f, word); !ok || strings.Count(configLine(f.Host.Root, at), word) != 1 || inside(at.File, "/usr/lib") || inside(at.File, "/lib") {
		return x, false
	}
	start := x.Steps
	x.Steps = nil
	x = heapFreed(ctx, f, at, x, heap{runtime: "Java", says: fullAt, lets: usualShare}, word)
	if len(start) > 0 {
		x.Steps = append(x.Steps, start...)
		return x, true
	}
	return x.Do("Start it anew", "%s%s", anew(u), warmUp(u)), true
}

// heapLimit is the line that tells a service's Java how much memory it may take: of its unit, its environment files, or the file of Debian's for
// its start script.
func heapLimit(f *sysinfo.Facts, u sysinfo.Unit) sysinfo.Place {
	for _, l := range reversed(f.UnitLines(u)) {
		if (l.Key == "ExecStart" || l.Key == "Environment") && maxHeap.MatchString(l.Value) {
			return l.Place
		}
	}
	for _, s := range append(settingFiles(f, u), settingFile{name: "/etc/default/" + unitWord(u.Name)}) {
		if w, ok := lastLineWith(f, s.name, maxHeap, "#"); ok {
			return w.place
		}
	}
	return sysinfo.Place{}
}

var maxHeap = whenAsked(`-Xmx\d+[kKmMgGtT]?\b`)
