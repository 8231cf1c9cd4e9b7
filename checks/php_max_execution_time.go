package checks

import (
	"context"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// phpMaxExecutionTime: PHP ends a script that computes for too long.
func phpMaxExecutionTime() Check {
	return Check{
		ID: "php-max-execution-time", Title: "No script runs into PHP's time limit", Topic: Platform,
		Means: `max_execution_time ends a script that computes for longer, with a fatal error: a 500 for visitors. On Linux only the script's own computing
counts, not the time it sleeps or waits for a database, so a slow query ends as the gateway's 504 instead.`,
		Run: phpError([]errlog.Kind{errlog.PHPMaxTime}, func(_ context.Context, _ *sysinfo.Facts, _ *sysinfo.Site, _ spoken) *Finding {
			return &Finding{Confidence: 0.9, Summary: "a script computed for longer than max_execution_time: visitors see 500",
				Fix: Fix{Title: "Let the script do less at a time", Risk: Low}.Tell("The line names the script. Move long work to a job that runs in the background; raise max_execution_time only for it, and keep it below the gateway's read timeout")}
		}),
	}
}
