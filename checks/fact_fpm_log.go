package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

func fpmLogFact() Check {
	return Check{
		ID: "fpm-log", Title: "PHP-FPM's own log", Topic: Logs,
		Means: `PHP-FPM writes a log beside the web server's: starts and ends, the limit of workers that was reached, and how each worker ended, by a signal (11
is a crash, 9 a kill) or because it took too long. Here is where it lies and what it said within the time looked at. Errors in a page are not in it:
those go to the web server's log or to a file that php.ini names.`,
		Run: func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
			all, err := f.FPM(ctx)
			if err != nil {
				return nil, err
			}
			logs, err := f.Logs(ctx)
			if err != nil {
				return nil, err
			}
			var out []Finding
			for _, p := range all {
				if file := p.ErrorLogFile(); file != "" {
					out = append(out, fpmSaid(f, logs, p, file)...)
				}
			}
			return out, nil
		},
	}
}

// fpmSaid is what one PHP-FPM wrote into its log; nothing of a log that is not there and that nobody writes.
func fpmSaid(f *sysinfo.Facts, logs *sysinfo.Logs, p *sysinfo.FPM, file string) []Finding {
	read := slices.IndexFunc(logs.Read, func(r sysinfo.LogRead) bool { return r.Path == file })
	if read < 0 {
		return nil
	}
	if err := logs.Read[read].Err; err != nil {
		if !p.Running() && !f.Host.Root.Exists(file) {
			return nil
		}
		return []Finding{{Status: Unknown, Summary: fmt.Sprintf("%s: %s", file, why(err))}}
	}
	var last []sysinfo.LogLine
	n, slow := 0, 0
	for _, g := range logs.Groups {
		if noiseID(g.Kind) != "" || len(g.Latest) == 0 || g.Kind == errlog.FPMStopping && cameBack(logs, g) || !strings.HasPrefix(g.Latest[0].Source, file+":") {
			continue
		}
		if g.Kind == errlog.FPMSlowRequest { // it may have been served well
			slow += g.Count
			continue
		}
		n += g.Count
		last = append(last, g.Latest...)
	}
	if n == 0 && slow > 0 {
		return []Finding{{Status: Pass, Summary: fmt.Sprintf("%s writes to %s: no trouble within %s; %s took longer than request_slowlog_timeout", p.Name(), file, Span(f.Since), plural(slow, "request", "requests"))}}
	}
	if n == 0 {
		return []Finding{{Status: Pass, Summary: fmt.Sprintf("%s writes to %s: nothing out of the ordinary within %s", p.Name(), file, Span(f.Since))}}
	}
	slices.SortStableFunc(last, func(a, b sysinfo.LogLine) int { return a.Time.Compare(b.Time) })
	last = last[max(0, len(last)-3):]
	out := Finding{Status: Warn, Summary: fmt.Sprintf("%s's own log has %s of trouble within %s, the last at %s", p.Name(), plural(n, "line", "lines"), Span(f.Since), last[len(last)-1].Time.Format("15:04:05"))}
	for _, l := range last {
		out.Evidence = append(out.Evidence, Evidence{Source: l.Source, Text: Quote(shorten(l.Text)), Time: l.Time})
	}
	return []Finding{out}
}
