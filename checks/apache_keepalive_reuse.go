package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// apacheKeepaliveReuse: an idle connection that Apache keeps is closed by the app just as it is used again.
func apacheKeepaliveReuse() Check {
	return Check{
		ID: "apache-keepalive-reuse", Title: "Apache does not use connections the backend has closed", Topic: Platform,
		Means: `Apache sent a request on an idle connection that the backend was just closing: a rare, random 502 (AH01102 with 104 or 20014), or no answer at
all where the visitor's own connection had been used before. Set ttl= on the worker below the backend's keep-alive time (Node 5 seconds, gunicorn
2), or raise the backend's. It is neither a crash nor slowness.`,
		Run: withIdle(apacheHops([]errlog.Kind{errlog.ReadReset, errlog.PrematureClose, errlog.SendReset}, func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			x, _, _ := l.apacheHop()
			if l.Scheme != "http" && l.Scheme != "https" || !l.answersNow() || !reuses(x) {
				return nil
			}
			if u := appUnit(ctx, f, l); u.Name != "" && (u.Restarts > 0 || u.Since.After(line.Time)) {
				return nil // it crashed, or was restarted
			}
			found := &Finding{Status: Skip, Confidence: 0.85, Where: l.Where, Covers: []ID{"upstream-premature-close"},
				Summary:  fmt.Sprintf("%s closes idle connections that Apache uses again", l.Address()),
				Evidence: []Evidence{quoteLine(line), passLine(l)}}
			fix, ok := setWorker(l, Fix{Title: "Let Apache drop idle connections before the app does", Risk: Low}, "ttl", "1")
			if !ok {
				found.Fix = fix.Tell("Give the address a worker of its own with ttl=1: <Proxy \"%s\"> ProxySet ttl=1 </Proxy>", x.Target.URL)
				return found
			}
			found.Fix = reload(ctx, f, l.Site.Gateway, fix).Tell("Better: raise the app's own keep-alive above 60 seconds (Node: server.keepAliveTimeout = 65000; gunicorn: --keep-alive 75)")
			return found
		})),
	}
}

// reuses says that Apache keeps connections to a hop: workers of ProxyPass do unless told otherwise.
func reuses(x sysinfo.ApacheHop) bool {
	if x.Pass.Is("SetHandler") || x.Pass.Is("AddHandler") || x.Pass.Is("RewriteRule") {
		return strings.EqualFold(x.Pass.Param(x.Target, "enablereuse").Value, "on")
	}
	return !strings.EqualFold(x.Pass.Param(x.Target, "disablereuse").Value, "on") && !strings.EqualFold(x.Pass.Param(x.Target, "enablereuse").Value, "off")
}
