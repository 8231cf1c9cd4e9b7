package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// fcgiEmptyStdout: a FastCGI program ends without having sent headers.
func fcgiEmptyStdout() Check {
	return Check{
		ID: "fcgi-empty-stdout", Title: "FastCGI programs answer with headers", Topic: Upstreams,
		Means: `The FastCGI program ended its answer without any headers: with fcgiwrap, the script is missing, not executable, or died. Its error text
stands in nginx's log, next to "FastCGI sent in stderr".`,
		Run: logged([]errlog.Kind{errlog.FastCGIEmpty, errlog.FastCGIRecord}, func(_ context.Context, _ *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			return &Finding{Confidence: 0.9, Where: l.Where, Summary: fmt.Sprintf("the FastCGI program behind %s ended without an answer", l.Address()),
				Fix: Fix{Title: "Let the script answer", Risk: Low}.Tell("Look at the stderr text in the log: the script that SCRIPT_FILENAME names must exist, be executable for the program's user (chmod +x), and name an interpreter that is there; then run it by hand as that user")}
		}),
	}
}
