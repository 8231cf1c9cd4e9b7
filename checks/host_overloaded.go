package checks

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// hostOverloaded: everything waits for the same thing, and pages time out.
func hostOverloaded() Check {
	return Check{
		ID: "host-overloaded", Title: "The machine keeps up with its work", Topic: Server,
		After: []ID{"upstream-read-timeout", "app-worker-timeout-kill", "uwsgi-harakiri", "fpm-workers-exhausted", "listen-backlog-full-tcp", "listen-backlog-full-unix", "firewall-blocks-upstream", "io-hang", "upstream-protocol-mismatch", "oom-killed"},
		Means: `Programs wait for the processor, for memory or for the disk for much of the time (the kernel measures it: /proc/pressure), so pages take
too long and the gateway gives up: 504, and now and then 502. A high load alone says little; pressure while pages time out does. Find who
takes it all, a backup, a crawler, a runaway job, before you buy a larger machine.`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
			if f.Host.Files {
				return nil, sysinfo.ErrFilesOnly
			}
			high, calm, err := pressures(f)
			if err != nil {
				return nil, err
			}
			slowed := throttled(ctx, f)
			for _, h := range slowed {
				high = append(high, h.Evidence)
			}
			if len(high) == 0 {
				if calm == "" {
					return nil, nil // a kernel without it; the cpu check tells of the load
				}
				return []Finding{{Status: Pass, Summary: calm}}, nil
			}
			found := Finding{Status: Warn, Confidence: 0.6, Summary: high[0].Text, Evidence: high}
			if line, ok := timesOut(ctx, f); ok && line.gateway {
				found.Status = Fail
				found.Evidence = append(found.Evidence, line.Evidence)
			}
			found.Fix = Fix{Title: "Find out who takes it all", Risk: Low}.
				Tell("top (press M for memory, P for processor), iotop -o, and systemd-cgtop show who; stop or slow down what is not the site: nice, ionice, another hour for the backup").
				Tell("Only when it is the site itself: cache, faster queries, fewer workers than memory carries, then a larger machine")
			if len(slowed) > 0 && len(slowed) == len(high) {
				blameQuota(f, &found, slowed[0].unit)
			}
			return []Finding{found}, nil
		},
	}
}

// pressures reads PSI (Documentation/accounting/psi.rst): how much of the last ten seconds some, or all, tasks waited.
func pressures(f *sysinfo.Facts) (high []Evidence, calm string, err error) {
	for _, p := range []struct {
		name, row string
		limit     float64
		say       string
	}{
		{"cpu", "some", 80, "tasks waited for the processor for %.0f %% of the last ten seconds"},
		{"memory", "full", 15, "everything waited for memory for %.0f %% of the last ten seconds"},
		{"io", "full", 40, "everything waited for the disk for %.0f %% of the last ten seconds"},
	} {
		name := "/proc/pressure/" + p.name
		b, rerr := f.Host.Root.ReadFile(name)
		if errors.Is(rerr, fs.ErrNotExist) {
			continue
		}
		if rerr != nil {
			if strings.Contains(rerr.Error(), "not supported") {
				continue // switched off: psi=0
			}
			return nil, "", rerr
		}
		v, ok := avg10(string(b), p.row)
		if !ok {
			continue
		}
		if v >= p.limit {
			high = append(high, Evidence{Source: name, Text: fmt.Sprintf(p.say, v)})
		}
		calm += fmt.Sprintf("%s %.0f %%, ", p.name, v)
	}
	if calm != "" {
		calm = "pressure over the last ten seconds: " + strings.TrimSuffix(calm, ", ")
	}
	return high, calm, nil
}

func avg10(text, row string) (float64, bool) {
	for line := range strings.Lines(text) {
		rest, ok := strings.CutPrefix(line, row+" ")
		if !ok {
			continue
		}
		for w := range strings.FieldsSeq(rest) {
			if v, ok := strings.CutPrefix(w, "avg10="); ok {
				n, err := strconv.ParseFloat(v, 64)
				return n, err == nil
			}
		}
	}
	return 0, false
}

// silence is a page that does not come at this moment.
type silence struct {
	Evidence
	gateway bool // the gateway itself gave up; else only we did, and are less patient
}

// timesOut finds a page we asked for that takes too long, the gateway's own word first.
func timesOut(ctx context.Context, f *sysinfo.Facts) (silence, bool) {
	var ours silence
	for _, s := range f.Sites(ctx) {
		for _, a := range f.Answers(ctx, s) {
			page := Evidence{Source: "GET " + a.Question.Page(), Text: fmt.Sprintf("no answer within %s", a.Took.Round(10*time.Millisecond)), Time: a.At}
			if a.Status == 504 && !connectedInVain(s, a) {
				page.Text = fmt.Sprintf("504 after %s", a.Took.Round(10*time.Millisecond))
				return silence{page, true}, true
			}
			if a.TimedOut() {
				ours = silence{page, false}
			}
		}
		if line, ok := says(ctx, f, s, errlog.ReadTimeout); ok && line.now {
			return silence{quoteLine(line.LogLine), true}, true
		}
	}
	return ours, ours.Source != ""
}

// connectedInVain says that a gateway gave up just when its time for connecting had passed. The kernel takes connections in by itself
// (tcp(7)), however busy the machine is: what makes that wait is on the way, or a queue that is full.
func connectedInVain(s *sysinfo.Site, a sysinfo.Answer) bool {
	return slices.ContainsFunc(s.Hops, func(h *sysinfo.Hop) bool {
		wait := h.Settings.Connect
		return wait > 0 && wait != h.Settings.Read && a.Took >= wait && a.Took < wait+500*time.Millisecond
	})
}
