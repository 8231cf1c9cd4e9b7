package checks

import (
	"context"
	"slices"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// containedSays is the latest line of some kinds in what the app of a failing site wrote in its container as we asked: there a script's errors go to the
// engine, not to the gateway's log. Many an app writes no time: then its last lines are those of our own question.
func containedSays(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, kinds []errlog.Kind) (sysinfo.LogLine, sysinfo.Unit) {
	if a, bad := failsNow(ctx, f, s); !bad || a.Status == 0 {
		return sysinfo.LogLine{}, sysinfo.Unit{}
	}
	for _, h := range s.Hops {
		u := f.AppFor(ctx, h).Unit
		if !u.Contained() || !u.Running() {
			continue
		}
		lines, err := sysinfo.Memo(f, "app, asked, "+u.Name, func() ([]sysinfo.LogLine, error) {
			lines, err := f.ContainerLog(ctx, u)
			return parsedLines(f, lines), err
		})
		if err != nil {
			continue
		}
		for _, line := range slices.Backward(lines[max(0, len(lines)-30):]) {
			if slices.Contains(kinds, line.Kind) && f.Host.Now().Sub(line.Time) < 15*time.Second {
				line.URI = "" // as its gateway's page is named, if at all
				return line, u
			}
		}
	}
	return sysinfo.LogLine{}, sysinfo.Unit{}
}
