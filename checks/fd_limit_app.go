package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// appFiles: an app has as many files open as it may. It still listens, and can take no connection: visitors wait until the gateway gives up.
func appFiles(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	if _, failing := failsNow(ctx, f, s); !failing {
		return nil
	}
	for _, h := range s.Hops {
		u := f.AppFor(ctx, h).Unit
		owner := f.Reach(ctx, h).Owner
		if h.Scheme == "fastcgi" || owner == nil || !u.Running() || u.Manager != "" || f.UnitOf(owner.PID) != u.Name {
			continue
		}
		limit, err := f.Limit(owner.PID, "Max open files")
		open, err2 := f.Host.Root.ReadDir(fmt.Sprintf("/proc/%d/fd", owner.PID))
		if err != nil || err2 != nil || limit <= 0 || len(open) < limit {
			continue
		}
		found := &Finding{Status: Fail, Confidence: 0.96, Hop: h, Where: execPlace(f, u), Summary: fmt.Sprintf("%s may not open one more file: it has %d of %d open, and takes no connection", unitWord(u.Name), len(open), limit),
			Covers:   []ID{"upstream-read-timeout", "upstream-premature-close", "listen-backlog-full-tcp", "listen-backlog-full-unix"},
			Evidence: []Evidence{{Source: fmt.Sprintf("/proc/%d/limits, /proc/%d/fd", owner.PID, owner.PID), Text: fmt.Sprintf("Max open files %d, %d open", limit, len(open))}}}
		lines, _ := f.Words(ctx, u) // the count is proof enough
		if said := lastSaid(recent(lines), filesOut); said != nil {
			found.Evidence = append(found.Evidence, Evidence{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time})
		}
		found.Fix = moreFiles(f, u, found, limit)
		return found
	}
	return nil
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
