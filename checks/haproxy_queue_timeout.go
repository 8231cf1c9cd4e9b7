package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
	"fix502/sysinfo/haproxy"
)

// haproxyQueueTimeout: what HAProxy's own log says of a server.
func haproxyQueueTimeout() Check {
	return Check{
		ID: "haproxy-queue-timeout", Title: "Requests do not wait in HAProxy's queue", Topic: Upstreams, After: nil,
		Means: `All servers are at their maxconn and the request waited too long for its turn (503, sQ). The app is slower than requests come in, or maxconn is
smaller than what it can take.`,
		Run: loggedBy("haproxy", []errlog.Kind{errlog.HAProxyQueue}, func(ctx context.Context, f *sysinfo.Facts, l *live, _ sysinfo.LogLine) *Finding {
			at := l.Where
			if srv, ok := l.Extra.(haproxy.Server); ok {
				at = srv.At("maxconn")
			}
			return &Finding{Confidence: 0.95, Where: at, Summary: fmt.Sprintf("requests wait too long for a free place at %s", l.Address()), Evidence: []Evidence{passLine(l)}, Fix: raiseMaxConn(ctx, f, l)}
		}),
	}
}

// raiseMaxConn doubles what one server may be given at a time, and makes sixteen of fewer than eight.
func raiseMaxConn(ctx context.Context, f *sysinfo.Facts, l *live) Fix {
	x := Fix{Title: "Find out why the app is slow; more places help only if it can take them", Risk: Medium, Workaround: true}
	srv, ok := l.Extra.(haproxy.Server)
	if !ok || srv.MaxConn == 0 {
		return x.Tell("Look for the slow page in HAProxy's log (the fourth of the five times), then at maxconn in %s", l.Where.File)
	}
	root, at := l.Site.Gateway.Root, srv.At("maxconn")
	old, more := fmt.Sprintf("maxconn %d", srv.MaxConn), max(2*srv.MaxConn, 16)
	x.Undo = setLine(root, at, configLine(root, at))
	return reload(ctx, f, l.Site.Gateway, x.Do(fmt.Sprintf("Give the server %d places instead of %d, if its memory carries that", more, srv.MaxConn), "%s", replace(root, at, old, fmt.Sprintf("maxconn %d", more))))
}
