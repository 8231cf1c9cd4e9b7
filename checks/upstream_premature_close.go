package checks

import (
	"context"
	"fmt"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// upstreamPrematureClose: the connection broke and nothing else says why.
func upstreamPrematureClose() Check {
	return Check{
		ID: "upstream-premature-close", Title: "Apps finish what they begin to answer", Topic: Upstreams,
		After: []ID{"upstream-protocol-mismatch", "fpm-worker-segfault", "fpm-request-terminate-timeout", "oom-killed", "fpm-reload-inflight", "allowed-clients-denied", "app-worker-timeout-kill", "node-crash",
			"uwsgi-harakiri", "uwsgi-worker-crash", "uwsgi-app-exception-empty-response", "uwsgi-buffer-size", "uwsgi-limit-post", "upstream-keepalive-race", "ruby-java-worker-death", "gunicorn-boot-failure", "fpm-emergency-restart-loop", "upstream-port-nothing-listening"},
		Means: `The app closed or reset the connection before it had answered: it crashed, was killed or restarted, or ends such requests itself. The gateway
only sees the break; the reason is in the app's own log, or in the kernel's, within a second or two of the gateway's line.`,
		Run: logged([]errlog.Kind{errlog.PrematureClose, errlog.ReadReset, errlog.SendReset}, func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			if found := hungUp(ctx, f, l); found != nil {
				return found
			}
			if found := innerHangsUp(ctx, f, l, line.URI); found != nil {
				return found
			}
			if found := uwsgiPlugin(ctx, f, l); found != nil {
				return found
			}
			if found := forcedUpgrade(ctx, f, l); found != nil {
				return found
			}
			found := &Finding{Confidence: 0.7, Where: l.Where, Summary: fmt.Sprintf("%s closed the connection before it answered %s", l.Address(), uriOf(line))}
			u := appUnit(ctx, f, l)
			if u.Name != "" {
				found.Evidence = append(found.Evidence, unitSays(u))
				found.Evidence = append(found.Evidence, lastWords(ctx, f, u)...)
			}
			found.Evidence = append(found.Evidence, passLine(l))
			if workerOutOfTime(ctx, f, u, found) {
				return found
			}
			if closedToRequest(ctx, f, u, asAsked(ctx, f, l, line), found) {
				return found
			}
			if l.hit && behindApp(ctx, f, l, u, found) { // gunicorn takes a connection that was refused to its app for one of its visitor's
				found.Confidence = 0.95
				return found
			}
			found.Fix = readApp(ctx, f, l, Fix{Title: "Find the app's own words of that second", Risk: Low},
				fmt.Sprintf("Read what the app said at %s: a crash, a kill for memory, a restart by a deploy, or code that ends the connection", line.Time.Format(time.DateTime)))
			return found
		}),
	}
}
