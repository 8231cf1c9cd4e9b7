package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// apacheBadBackendHeader: what the app sends ahead of its page is refused.
func apacheBadBackendHeader() Check {
	return Check{
		ID: "apache-bad-backend-header", Title: "Apache accepts the backend's headers", Topic: Upstreams,
		After: []ID{"upstream-protocol-mismatch"},
		Means: `The backend's headers broke the rules of HTTP: a line without a colon, a control character, a line break within one (AH01106, AH02429). Apache
refuses the whole answer. Mend the header in the app. One that is only too long is another cause, upstream-header-too-big.`,
		Run: apacheLogged([]errlog.Kind{errlog.InvalidHeader}, func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			_, now, _ := l.has(errlog.InvalidHeader)
			if _, big, ok := l.has(errlog.HeaderTooBig); ok && (big || !now) {
				return nil // upstream-header-too-big
			}
			found := &Finding{Confidence: 0.95, Where: l.Where, Evidence: []Evidence{quoteLine(line), passLine(l)}, Covers: []ID{"upstream-premature-close"}}
			found.Summary = fmt.Sprintf("the app behind %s sends a header that Apache refuses: %s", l.Address(), what(line))
			found.Fix = badHeader(ctx, f, l)
			oddHeader(ctx, f, l, found)
			headerOfInner(ctx, f, l, found)
			return found
		}),
	}
}
