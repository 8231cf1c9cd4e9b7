package checks

import (
	"context"
	"strconv"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// uwsgiHarakiri is the same guard in uWSGI.
func uwsgiHarakiri() Check {
	return Check{
		ID: "uwsgi-harakiri", Title: "uWSGI's harakiri ends no request", Topic: Upstreams,
		Means: `harakiri is uWSGI's time limit for one request: the worker that exceeds it is killed, and the gateway answers 502. Find out what the
request waited for, or raise harakiri, below the gateway's uwsgi_read_timeout.`,
		Run: appEvent(slowKinds, []errlog.Kind{errlog.UWSGIHarakiri}, func(_ context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, _ sysinfo.LogLine) *Finding {
			found := &Finding{Confidence: 0.96, Summary: "uWSGI killed a request that took longer than harakiri allows", Covers: []ID{"upstream-premature-close", "upstream-read-timeout", "uwsgi-worker-crash"}}
			x := Fix{Title: "Find out what the request waited for", Risk: Medium}.
				Tell("The journal line names the page: look at its queries and calls to other services")
			if limit, ok := harakiriLimit(f, l, u); ok {
				found.Where, found.Evidence = limit.place, []Evidence{lineOf(f.Host.Root, limit.place)}
				found.Fix = limit.raise(f, l, u, x)
				return found
			}
			if limit, ok := takenHarakiri(f, l, u); ok && almostAsLong(l) > limit.seconds {
				x.Workaround = true
				x, _ = uwsgiSet(f, l, u, x, "If the work is honestly long: raise the limit for this app", "harakiri", strconv.Itoa(almostAsLong(l)))
				found.Where, found.Evidence = limit.place, []Evidence{lineOf(f.Host.Root, limit.place)}
				found.Fix = x.Do("Start the app with it", "%s%s", anew(u), warmUp(u))
				return found
			}
			found.Where = iniLine(f, l, u, "harakiri")
			found.Fix = x.Tell("If the work is honestly long: raise harakiri in uWSGI's configuration, %s, and restart %s", almostThat(l), unitWord(u.Name))
			return found
		}),
	}
}
