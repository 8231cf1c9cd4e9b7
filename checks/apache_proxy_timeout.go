package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// apacheProxyTimeout: a limit in Apache's own files is shorter than the app's honest work.
func apacheProxyTimeout() Check {
	return Check{
		ID: "apache-proxy-timeout", Title: "Apache waits long enough for its backends", Topic: Platform,
		After: []ID{"fpm-workers-exhausted", "listen-backlog-full-unix", "listen-backlog-full-tcp", "upstream-protocol-mismatch", "app-worker-timeout-kill", "mysql-slow", "external-api-slow", "firewall-blocks-upstream"},
		Means: `Apache gave up waiting for the backend. With mod_proxy_http that is a 502 (AH01102 with code 70007), with mod_proxy_fcgi a 504 (AH01075 polling).
The worker's own timeout= wins over ProxyTimeout, which wins over Timeout, 60 seconds by default; here one of them says less. Give it the usual
minute back, and find out why the backend is slow.`,
		Run: apacheLogged([]errlog.Kind{errlog.ReadTimeout}, func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			x, _, _ := l.apacheHop()
			limit, set := x.Pass.ReadTimeout(x.Target)
			if !set.Set() || limit >= usualWait {
				return pass(fmt.Sprintf("Apache waits %s for %s", seconds(limit), l.Address()))
			}
			at := set.Place
			found := &Finding{Status: Skip, Confidence: 0.95, Where: at, Covers: []ID{"upstream-read-timeout"},
				Summary:  fmt.Sprintf("Apache gives up on %s after %s: %s at %s", l.Address(), seconds(limit), configLine(l.Site.Gateway.Root, at), at),
				Evidence: []Evidence{quoteLine(line), lineOf(l.Site.Gateway.Root, at)}}
			if x, ok := lookAsRoot(ctx, f, l, limit); ok {
				found.Fix = x
				return found
			}
			fix := setApache(l, Fix{Title: waitUsual(l, limit), Risk: Low, Workaround: true}, set, "60")
			found.Fix = reload(ctx, f, l.Site.Gateway, fix).Tell("Then find out what the app waits for: visitors do not. Its own log, its database's process list, calls to other services")
			return found
		}),
	}
}
