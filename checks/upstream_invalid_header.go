package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// upstreamInvalidHeader: the app sends a header that is none.
func upstreamInvalidHeader() Check {
	return Check{
		ID: "upstream-invalid-header", Title: "Apps send valid headers", Topic: Upstreams,
		Means: `The app sends a response header with a character that no header may have (a control character, a space in its name, a line break
from unclean input), or a status that is no number. nginx refuses the whole response. Only the app's code can be mended; the log shows
the header and the offending byte.`,
		Run: logged([]errlog.Kind{errlog.InvalidHeader}, func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			if _, _, ok := l.apacheHop(); ok {
				return nil // apache-bad-backend-header
			}
			return &Finding{Confidence: 0.96, Where: l.Where, Summary: fmt.Sprintf("the app behind %s sends a header that %s refuses: %s", l.Address(), l.From, what(line)),
				Fix: badHeader(ctx, f, l)}
		}),
	}
}

// what is what a log line says, without what the gateway was doing meanwhile.
func what(line sysinfo.LogLine) string {
	s, _, _ := strings.Cut(line.Message, " while ")
	return shorten(s)
}
