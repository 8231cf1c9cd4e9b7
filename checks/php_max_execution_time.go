package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// phpMaxExecutionTime: PHP ends a script that computes for too long.
func phpMaxExecutionTime() Check {
	return Check{
		ID: "php-max-execution-time", Title: "No script runs into PHP's time limit", Topic: Platform,
		Means: `max_execution_time ends a script that computes for longer, with a fatal error: a 500 for visitors. On Linux only the script's own computing
counts, not the time it sleeps or waits for a database, so a slow query ends as the gateway's 504 instead.`,
		Run: phpError([]errlog.Kind{errlog.PHPMaxTime}, func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, line spoken) *Finding {
			found := &Finding{Confidence: 0.9, Summary: "a script computed for longer than max_execution_time: visitors see 500",
				Fix: Fix{Title: "Let the script do less at a time", Risk: Low}.Tell("The line names the script. Move long work to a job that runs in the background; raise max_execution_time only for it, and keep it below the gateway's read timeout")}
			shortTime(ctx, f, s, line, found)
			return found
		}),
	}
}

var timeAllowed = whenAsked(`Maximum execution time of (\d+) seconds? exceeded`)

// usualTime is PHP's own max_execution_time, in seconds (main/main.c).
const usualTime = 30

// shortTime: a script may compute for less than PHP allows without being told, and a line says so.
func shortTime(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, line spoken, found *Finding) {
	m := timeAllowed.FindStringSubmatch(line.own())
	_, code := phpSays(line.Text)
	v, p, _ := phpSet(ctx, f, s, code.File, "max_execution_time")
	if m == nil || p == nil || !v.Set() || v.Text != m[1] || v.Int() >= usualTime {
		return // a script's own set_time_limit, or what PHP has by itself
	}
	x := Fix{Title: "Let a script compute as long as PHP does by itself", Risk: Low, Workaround: true}
	fix, ok := setPHP(f, p, x, v, "Half a minute. What it costs: a script that never ends keeps a worker, and a processor, that much longer", fmt.Sprint(usualTime))
	if !ok {
		return
	}
	found.Where, found.Confidence = v.Place, 0.94
	found.Summary = fmt.Sprintf("a script computed for longer than max_execution_time = %s allows: visitors see 500", v.Text)
	found.Evidence = append(found.Evidence, lineOf(f.Host.Root, found.Where))
	found.Fix = fix.Tell("Then see why it computes so long: the line in the log names it")
}
