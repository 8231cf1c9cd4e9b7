package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// apacheBadBackendHeader: what the app sends ahead of its page is refused, or does not fit.
func apacheBadBackendHeader() Check {
	return Check{
		ID: "apache-bad-backend-header", Title: "Apache accepts the backend's headers", Topic: Upstreams,
		After: []ID{"upstream-protocol-mismatch"},
		Means: `The backend's headers broke the rules, or one was longer than ResponseFieldSize (8192 bytes): AH01106, AH10124, AH02429. The "(28)No space left on
device" beside AH10124 means that buffer, not the disk. Mend the header in the app; responsefieldsize= on the ProxyPass gives it room.`,
		Run: apacheLogged([]errlog.Kind{errlog.HeaderTooBig, errlog.InvalidHeader}, func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			found := &Finding{Status: Skip, Confidence: 0.95, Where: l.Where, Evidence: []Evidence{quoteLine(line), passLine(l)}, Covers: []ID{"upstream-premature-close"}}
			big, _, ok := l.has(errlog.HeaderTooBig)
			if !ok {
				found.Summary = fmt.Sprintf("the app behind %s sends a header that Apache refuses: %s", l.Address(), what(line))
				found.Fix = Fix{Title: "Correct the header in the app", Risk: Low}.Tell("Find where the app (or a plugin) sets the header that the log line shows, and remove control characters and line breaks from its value before it is sent")
				return found
			}
			if line.Kind != errlog.HeaderTooBig {
				found.Evidence = append([]Evidence{quoteLine(big)}, found.Evidence...)
			}
			found.Summary = fmt.Sprintf("a header of %s is longer than the 8 KiB that Apache has for one", l.Address())
			fix, can := setWorker(l, Fix{Title: "Give the header more room here", Risk: Low}, "responsefieldsize", "32768")
			if !can {
				found.Fix = fix.Tell("Add responsefieldsize=32768 to the ProxyPass of this address, or find out why the app sends so long a header: a cookie that grows, mostly")
				return found
			}
			found.Fix = reload(ctx, f, l.Site.Gateway, fix).Tell("Then find out why the app sends so long a header: a cookie that grows with every visit, mostly")
			return found
		}),
	}
}
