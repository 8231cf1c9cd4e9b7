package checks

import (
	"context"
	"fmt"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
	"fix502/sysinfo/phpfpm"
)

// brokenKinds are what nginx says when an answer broke off: the symptom of every worker's death.
var brokenKinds = []errlog.Kind{errlog.ReadReset, errlog.PrematureClose, errlog.ReadResetBody, errlog.PrematureCloseBody, errlog.SendReset}

// poolLine finds the latest line of PHP-FPM's own log about a pool.
func poolLine(ctx context.Context, f *sysinfo.Facts, pool string, kinds ...errlog.Kind) (sysinfo.LogLine, int, bool) {
	logs, err := f.Logs(ctx)
	if err != nil {
		return sysinfo.LogLine{}, 0, false
	}
	var last sysinfo.LogLine
	n := 0
	for _, g := range logs.Groups {
		for _, k := range kinds {
			if g.Kind != k || len(g.Latest) == 0 {
				continue
			}
			for _, line := range g.Latest {
				if (line.Name == pool || line.Name == "") && line.Source != "" && line.Event.Source == errlog.FPM {
					if k != errlog.FPMStopping || line.Time != last.Time { // a stop has two lines
						n++
					}
					if !line.Time.Before(last.Time) {
						last = line
					}
				}
			}
		}
	}
	return last, n, n > 0
}

// fpmEvent is a check on an event in PHP-FPM's log that broke requests of a hop.
func fpmEvent(kinds []errlog.Kind, judge func(ctx context.Context, f *sysinfo.Facts, l *live, p *sysinfo.FPM, pool *phpfpm.Pool, line sysinfo.LogLine) *Finding) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	return perHop(fpmEventOf(kinds, judge))
}

// fpmEventOf is the same for one hop. What a judge calls a warning stays one: it tells of settings that are not those of now.
func fpmEventOf(kinds []errlog.Kind, judge func(ctx context.Context, f *sysinfo.Facts, l *live, p *sysinfo.FPM, pool *phpfpm.Pool, line sysinfo.LogLine) *Finding) func(context.Context, *sysinfo.Facts, *live) *Finding {
	return func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
		if l.Scheme != "fastcgi" {
			return nil
		}
		p, pool := f.PoolOf(ctx, l.Hop)
		if p == nil || !p.Running() && !(p.HasUnit && p.Unit.Running()) { // one that starts itself anew bears another name for a moment
			return nil
		}
		line, n, ok := poolLine(ctx, f, pool.Name, kinds...)
		if !ok {
			if found := unread(ctx, f, p.Logs()); found != nil {
				return found
			}
			return pass(fmt.Sprintf("no such line in the log of %s for %s", p.Name(), Span(f.Since)))
		}
		found := judge(ctx, f, l, p, pool, line)
		if found == nil {
			return nil
		}
		if n > 1 {
			found.Summary += fmt.Sprintf(" (%d times)", n)
		}
		found.Evidence = append([]Evidence{quoteLine(line)}, found.Evidence...)
		at, history := found.When, found.Status == Warn
		found.When, found.Status = Intermittent, Fail
		switch broke, now, ok := l.has(brokenKinds...); {
		case history:
			found.Status = Warn
		case at == Now:
			found.When = Now
		case ok && now:
			found.When = Now
			found.Evidence = append(found.Evidence, quoteLine(broke))
		case !l.after(line):
			found.Status = Warn // PHP-FPM was started anew since
		case ok && within(broke.Time, line.Time, 3*time.Second):
			found.Evidence = append(found.Evidence, quoteLine(broke))
		}
		return found
	}
}
