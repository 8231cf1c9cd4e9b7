package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// haproxyBadResponse: what HAProxy's own log says of a server.
func haproxyBadResponse() Check {
	return Check{
		ID: "haproxy-bad-response", Title: "HAProxy accepts the servers' answers", Topic: Upstreams, After: []ID{"upstream-protocol-mismatch", "upstream-header-too-big"},
		Means: `The server's answer broke HTTP's rules, or its headers did not fit into HAProxy's buffer (502, PH): a header without a colon, a wrong
Content-Length, 16 KiB of cookies. "show errors" on the stats socket prints the bytes and the place. Correct the app; for headers that are honestly
large raise tune.bufsize.`,
		Run: loggedBy("haproxy", []errlog.Kind{errlog.HAProxyBadResponse}, func(ctx context.Context, f *sysinfo.Facts, l *live, _ sysinfo.LogLine) *Finding {
			found := &Finding{Confidence: 0.93, Where: l.Where, Summary: fmt.Sprintf("HAProxy does not accept what %s answers", l.Address()), Evidence: []Evidence{passLine(l)}, Fix: refusedBytes(f, l)}
			oddHeader(ctx, f, l, found)
			headerOfInner(ctx, f, l, found)
			return found
		}),
	}
}

// refusedBytes is how to see what the app sent.
func refusedBytes(f *sysinfo.Facts, l *live) Fix {
	x := Fix{Title: "See the bytes that HAProxy refused", Risk: Low}
	if c := adminCommand(f, l, "show errors"); c != "" {
		x = x.Do("The answer, and the place where it goes wrong", "%s", c)
	} else {
		x = l.seeBytes(x)
	}
	return x.Tell("Correct the header in the app. If headers are honestly larger than 15 KiB: tune.bufsize 32768 in the global section, then a restart")
}
