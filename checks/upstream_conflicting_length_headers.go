package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// upstreamConflictingLength: two headers that contradict each other; newer nginx refuses them.
func upstreamConflictingLength() Check {
	return Check{
		ID: "upstream-conflicting-length-headers", Title: "Apps state a response's length once", Topic: Upstreams,
		Means: `The app states the length of its response twice: Content-Length beside Transfer-Encoding, or one of them two times. nginx refuses that
since 1.23, so it appears after an upgrade of nginx although the app did not change; Varnish always does. Remove one of the two in the app or its middleware.`,
		Run: logged([]errlog.Kind{errlog.ConflictingLength}, func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			return &Finding{Confidence: 0.96, Where: l.Where, Summary: fmt.Sprintf("the app behind %s states a response's length twice: %s", l.Address(), what(line)),
				Fix: readApp(ctx, f, l, Fix{Title: "Send one of the two headers only", Risk: Low}, "Read what the app said of that request").Tell("In the app or the proxy in front of it, send either Content-Length or Transfer-Encoding, each once. Do not set them by hand where the framework does")}
		}),
	}
}

// refusesTwoLengths says that this gateway takes no answer that states its length twice.
func refusesTwoLengths(g *sysinfo.Gateway) bool {
	var major, minor int
	_, _ = fmt.Sscanf(g.Version, "%d.%d", &major, &minor) // of an unknown one nothing is said
	return g.Kind == "nginx" && (major > 1 || major == 1 && minor >= 23) || g.Kind == "varnish"
}
