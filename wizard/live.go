package wizard

import (
	"slices"

	"fix502/checks"
	"fix502/sysinfo"
)

// course is how many pulses are kept: at one every three seconds, the last minute.
const course = 20

// Beat takes in how busy the machine is.
func (w Wizard) Beat(p sysinfo.Pulse) Wizard {
	w.Pulses = append(slices.Clone(w.Pulses[max(0, len(w.Pulses)-course+1):]), p)
	return w
}

// Pulse is the latest of them; nil before the first.
func (w Wizard) Pulse() *sysinfo.Pulse {
	if len(w.Pulses) == 0 {
		return nil
	}
	return &w.Pulses[len(w.Pulses)-1]
}

// Heard takes in what the logs gained since they were read: the counts over time, and when the last failure was. Which
// cause it is stays the run's to say.
func (w Wizard) Heard(l *sysinfo.Logs) Wizard {
	e := &w.Report.Errors
	for _, g := range checks.GroupsOf(l) {
		e.Total += g.Count
		if !g.Last.IsZero() && (e.Last == nil || g.Last.After(*e.Last)) {
			e.Last = &g.Last
		}
	}
	e.PerMinute = added(e.PerMinute, checks.MinutesOf(l, len(e.Asked) > 0))
	e.Asked = added(e.Asked, l.Asked)
	return w
}

func added(to [][2]int64, more map[int64]int) [][2]int64 {
	sum := map[int64]int{}
	for _, m := range to {
		sum[m[0]] = int(m[1])
	}
	for at, n := range more {
		sum[at] += n
	}
	return byMinute(sum)
}
