package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// uwsgiBufferSize: the request's own headers do not fit uWSGI's buffer.
func uwsgiBufferSize() Check {
	return Check{
		ID: "uwsgi-buffer-size", Title: "Requests fit uWSGI's buffer", Topic: Upstreams,
		Means: `uWSGI reads a request's headers into a buffer of 4096 bytes. A visitor with many cookies or a long address exceeds it, uWSGI skips the
request, and the gateway answers 502 (Apache 500): for some visitors only. Raise buffer-size.`,
		Run: appEvent(brokenKinds, []errlog.Kind{errlog.UWSGIBlockSize}, func(_ context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, line sysinfo.LogLine) *Finding {
			if l.Scheme != "uwsgi" {
				return nil // the first letters of another protocol, read as a length
			}
			found := &Finding{Confidence: 0.97, Summary: fmt.Sprintf("a request of %d bytes is larger than uWSGI's buffer", line.Number), Covers: []ID{"upstream-premature-close"}}
			x := Fix{Title: "Give uWSGI a larger buffer", Risk: Medium}
			x, found.Where = uwsgiSet(f, l, u, x, "Let requests be larger", "buffer-size", "32768")
			found.Fix = x.Do("Restart the app", "%s && sleep 2", anew(u))
			return found
		}, skipsUntold),
	}
}

// skipsUntold says that a gateway writes no line where uWSGI skips a request: Apache hands out a 500 for it (mod_proxy_uwsgi.c, uwsgi_response).
func skipsUntold(l *live) bool { return l.Site.Gateway.Kind == "apache" && l.Scheme == "uwsgi" }
