package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// held is a service that its own CPUQuota held back, and for how much of its time.
type held struct {
	unit sysinfo.Unit
	Evidence
}

// throttled are the services behind hops that their own CPUQuota holds back (cpu.stat of their control group, as
// Documentation/admin-guide/cgroup-v2.rst has it).
func throttled(ctx context.Context, f *sysinfo.Facts) []held {
	all, err := hops(ctx, f)
	if err != nil {
		return nil
	}
	var out []held
	seen := map[string]bool{}
	for i := range all {
		b, ok := backend(ctx, f, &all[i])
		group := b.unit.Props["ControlGroup"]
		if !ok || group == "" || seen[group] {
			continue
		}
		seen[group] = true
		for _, dir := range []string{"/sys/fs/cgroup", "/sys/fs/cgroup/cpu"} {
			name := dir + group + "/cpu.stat"
			text, err := f.Host.Root.ReadFile(name)
			if err != nil {
				continue
			}
			if share := shareHeld(string(text)); share > 1./3 {
				out = append(out, held{b.unit, Evidence{Source: name, Text: fmt.Sprintf("%s was held back by its CPU limit in %.0f %% of its time", b.name, 100*share)}})
			}
		}
	}
	return out
}

// shareHeld is for which part of its periods a control group was held back; 0 of one that has not run for ten seconds (100 periods).
func shareHeld(stat string) float64 {
	var periods, held float64
	for line := range strings.Lines(stat) {
		_, _ = fmt.Sscanf(line, "nr_periods %g", &periods)
		_, _ = fmt.Sscanf(line, "nr_throttled %g", &held)
	}
	if periods <= 100 {
		return 0
	}
	return held / periods
}

// blameQuota makes the line that holds a service back the place, and takes the limit away.
func blameQuota(f *sysinfo.Facts, found *Finding, u sysinfo.Unit) {
	l, ok := setBy(f, u, "CPUQuota")
	if !ok {
		return
	}
	found.Where = l.Place
	found.Evidence = append(found.Evidence, unitLineSays(f, l))
	x := Fix{Title: "Let " + unitWord(u.Name) + " use the processor", Risk: Medium}
	x = daemonReload(unitSet(f, u, x, "Take its limit away (or write a larger one: 200% are two processors)", "Service", "CPUQuota", ""))
	found.Fix = x.Do("Start it anew, without the limit", "%s%s", u.Command("restart"), warmUp(u)).
		Tell("Somebody set that limit, perhaps because the app took the whole machine: watch it (systemd-cgtop), and find out what it works so hard at")
}
