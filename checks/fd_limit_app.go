package checks

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"fix502/sysinfo"
)

// appFiles: an app has as many files open as it may. Either it can take no connection, and visitors wait until the gateway gives up; or it says so
// itself of the next file that it wanted, and answers with an error.
func appFiles(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	answer, failing := failsNow(ctx, f, s)
	for _, h := range s.Hops {
		u := f.AppFor(ctx, h).Unit
		reach := f.Reach(ctx, h)
		if h.Scheme == "fastcgi" || reach.Owner == nil || !u.Running() || u.Manager != "" || f.UnitOf(reach.Owner.PID) != u.Name {
			continue
		}
		pid, open, limit := mostFiles(ctx, f, reach)
		if limit <= 0 || open < limit-limit/8 {
			continue
		}
		lines, _ := f.Words(ctx, u)
		said := lastSaid(recent(lines), filesOut)
		lately := said != nil && within(said.Time, f.Host.Now(), 10*time.Minute)
		if failing && open < limit && (said == nil || said.Time.Before(answer.At.Add(-time.Minute))) || !failing && !lately { // it closed the one it asked the last question with
			continue
		}
		then := "takes no connection"
		if failing && !answer.TimedOut() && answer.Status != http.StatusGatewayTimeout {
			then = fmt.Sprintf("fails with %d", answer.Status)
		}
		found := &Finding{Status: Fail, Confidence: 0.96, Hop: h, Where: execPlace(f, u), Summary: fmt.Sprintf("%s may not open one more file: it has %d of %d open, and %s", unitWord(u.Name), open, limit, then),
			Covers:   []ID{"upstream-read-timeout", "upstream-premature-close", "listen-backlog-full-tcp", "listen-backlog-full-unix", "upstream-returned-5xx"},
			Evidence: []Evidence{{Source: fmt.Sprintf("/proc/%d/limits, /proc/%d/fd", pid, pid), Text: fmt.Sprintf("Max open files %d, %d open", limit, open)}}}
		if !failing { // connections that the gateway kept have ended, and it has some to spare for a moment
			found.When, found.Confidence = Intermittent, 0.9
			found.Summary = fmt.Sprintf("%s comes to the number of files that it may open: it has %d of %d, and fails whenever it wants more", unitWord(u.Name), open, limit)
		}
		if said != nil {
			found.Evidence = append(found.Evidence, Evidence{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time})
		}
		found.Fix = moreFiles(f, u, found, limit)
		return found
	}
	return nil
}

// mostFiles is that process of an app which is nearest to the number of files that it may open; all zero where only root may count.
func mostFiles(ctx context.Context, f *sysinfo.Facts, r sysinfo.Reach) (pid, open, limit int) {
	for _, p := range f.Workers(ctx, r) {
		may, err := f.Limit(p.PID, "Max open files")
		names, err2 := f.Host.Root.ReadDir(fmt.Sprintf("/proc/%d/fd", p.PID))
		if err == nil && err2 == nil && may > 0 && len(names)*max(limit, 1) >= open*may {
			pid, open, limit = p.PID, len(names), may
		}
	}
	return pid, open, limit
}

// moreFiles gives an app's unit as many files as servers have, and starts it anew, which closes those that it has.
func moreFiles(f *sysinfo.Facts, u sysinfo.Unit, found *Finding, limit int) Fix {
	const enough = 65536
	x := Fix{Title: "Let " + unitWord(u.Name) + " open more files", Risk: Medium}
	if l, ok := setBy(f, u, "LimitNOFILE"); ok {
		found.Where = l.Place
		found.Evidence = append(found.Evidence, unitLineSays(f, l))
	}
	if limit < enough {
		x = daemonReload(unitSet(f, u, x, "Let it open as many files as servers do", "Service", "LimitNOFILE", fmt.Sprint(enough)))
	}
	return x.Do("Start it anew: that closes what it has open", "%s%s", u.Command("restart"), warmUp(u)).
		Tell("Then see whether the number grows without end (ls /proc/PID/fd | wc -l): an app that forgets to close its files comes to any limit")
}
