package checks

import (
	"context"
	"fmt"
	"strconv"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// uwsgiLimitPost: what a visitor sends is larger than uWSGI takes (limit-post; core/protocol.c, uwsgi_parse_vars).
func uwsgiLimitPost() Check {
	return Check{
		ID: "uwsgi-limit-post", Title: "Uploads fit uWSGI's limit", Topic: Upstreams,
		Means: `A visitor sent more than uWSGI takes: its setting limit-post says how much. uWSGI hangs up without an answer, and the gateway says 502 (Apache 500), for
large requests only; all other pages are well. A limit of the gateway itself (client_max_body_size of nginx) answers 413, which says what is wrong: let uWSGI's be
no smaller.`,
		Run: appEvent(brokenKinds, []errlog.Kind{errlog.UWSGIPostLimit}, func(_ context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, _ sysinfo.LogLine) *Finding {
			found := &Finding{Confidence: 0.96, Summary: "an upload is larger than uWSGI takes (limit-post), and it hangs up", Covers: []ID{"upstream-premature-close"}}
			most, say := int64(uploads), "Let uploads be as large as most sites do"
			if h, ok := l.Extra.(sysinfo.NginxHop); ok {
				if n, ok := h.Pass.Block.Get("client_max_body_size").Bytes(); ok && n > 0 {
					most, say = n, fmt.Sprintf("Let uploads be as large as nginx does (client_max_body_size, %s)", size(uint64(n)))
				}
			}
			x := Fix{Title: "Let uWSGI take what the gateway lets through", Risk: Medium}
			x, found.Where = uwsgiSet(f, l, u, x, say, "limit-post", strconv.FormatInt(most, 10))
			found.Fix = x.Do("Restart the app", "%s && sleep 2", anew(u))
			return found
		}, skipsUntold),
	}
}

// uploads is what an app may be sent where no gateway says how much.
const uploads = 20 << 20
