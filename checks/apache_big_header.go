package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// apacheBigHeader: one header is longer than ResponseFieldSize. The "(28)No space left on device" beside AH10124 means that
// buffer, not the disk.
func apacheBigHeader(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	big, _, ok := l.has(errlog.HeaderTooBig)
	if _, _, apache := l.apacheHop(); !ok || !apache {
		return nil
	}
	return loggedHop([]errlog.Kind{errlog.HeaderTooBig}, func(ctx context.Context, f *sysinfo.Facts, l *live, _ sysinfo.LogLine) *Finding {
		found := &Finding{Confidence: 0.97, Where: l.Where, Evidence: []Evidence{quoteLine(big), passLine(l)}, Covers: []ID{"upstream-premature-close", "apache-bad-backend-header"}}
		found.Summary = fmt.Sprintf("a header of %s is longer than the 8 KiB that Apache has for one", l.Address())
		want := headerRoom(32<<10, measured(ctx, f, l, big.URI))
		fix, can := setWorker(l, Fix{Title: "Give the header more room here", Risk: Low}, "responsefieldsize", fmt.Sprint(want))
		if !can {
			found.Fix = fix.Tell("Add responsefieldsize=%d to the ProxyPass of this address, or find out why the app sends so long a header: a cookie that grows, mostly", want)
			return found
		}
		found.Fix = reload(ctx, f, l.Site.Gateway, fix).Tell("Then find out why the app sends so long a header: a cookie that grows with every visit, mostly")
		return found
	})(ctx, f, l)
}
