package checks

import (
	"context"
	"fmt"
	"path"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
	"fix502/sysinfo/phpfpm"
)

// fpmRequestTerminateTimeout: PHP-FPM's own guard ends a long request.
func fpmRequestTerminateTimeout() Check {
	return Check{
		ID: "fpm-request-terminate-timeout", Title: "PHP-FPM ends no request by its own limit", Topic: Platform,
		Means: `The pool's request_terminate_timeout kills every request that takes longer, and the visitor gets a 502 instead of a page or a 504.
PHP-FPM's log names the script. Make the script faster, or raise the limit; it should be longer than max_execution_time and shorter than
the gateway's read timeout, so that PHP can still say what went wrong.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			found := fpmEventOf([]errlog.Kind{errlog.FPMTerminating}, endedByPool)(ctx, f, l)
			if found != nil && found.Status == Unknown {
				if timed := endedInTime(ctx, f, l); timed != nil {
					return timed
				}
			}
			return found
		}),
	}
}

// endedByPool judges a line of PHP-FPM's log about a request that it ended.
func endedByPool(ctx context.Context, f *sysinfo.Facts, l *live, p *sysinfo.FPM, pool *phpfpm.Pool, line sysinfo.LogLine) *Finding {
	v := pool.Get("request_terminate_timeout")
	traces := slowPagesOf(ctx, f, l, func(t sysinfo.SlowTrace) bool {
		return t.PID == line.Worker && within(t.Time, line.Time, v.Duration()+3*time.Second)
	})
	found := &Finding{Confidence: 0.97, Where: v.Place, Summary: fmt.Sprintf("PHP-FPM ends %s after %s (request_terminate_timeout)", path.Base(line.Script), v.Duration())}
	if raisedSince(ctx, f, p, pool, line) {
		found.Status, found.Summary = Warn, fmt.Sprintf("PHP-FPM ended %s after %s, by a request_terminate_timeout that is another by now", path.Base(line.Script), seconds(lasted(line).Round(time.Second)))
		return found
	}
	if !v.Set() {
		found.Where = pool.Place
		found.Fix = Fix{Title: "Make the script faster", Risk: Low}.Tell("The limit that ended %s is not set any more; look at the script", line.Script)
		traces.add(found)
		return found
	}
	found.Evidence = append(found.Evidence, Evidence{Source: v.Place.String(), Text: configLine(f.Host.Root, found.Where)})
	found.Fix = moreTime(f, l, p, pool)
	if len(traces.all) > 0 || traces.err != nil {
		traces.add(found)
		return found
	}
	found.Fix = found.Fix.Tell("Then find out what %s waits for: request_slowlog_timeout = 5s and slowlog = /var/log/php-slow.log in the pool show it", line.Script)
	return found
}

// moreTime raises a pool's limit, above what PHP allows a script and below the gateway's own.
func moreTime(f *sysinfo.Facts, l *live, p *sysinfo.FPM, pool *phpfpm.Pool) Fix {
	v := pool.Get("request_terminate_timeout")
	limit := max(60*time.Second, 3*v.Duration(), phpLimit(f, p, pool, "max_execution_time").Duration()+5*time.Second)
	if read := l.Settings.Read; read > 5*time.Second && limit >= read {
		limit = read - 5*time.Second
	}
	limit = max(limit, v.Duration())
	x := Fix{Title: "Give the pool's requests more time", Risk: Medium, Workaround: true, Undo: setLine(f.Host.Root, v.Place, configLine(f.Host.Root, v.Place))}
	x = x.Do("Raise the limit, below the gateway's own", "%s", setLine(f.Host.Root, v.Place, fmt.Sprintf("request_terminate_timeout = %ds", int(limit.Seconds()))))
	x = fpmRestart(p, x)
	if same := sameLimit(p, pool, v.Duration()); same != "" {
		x = x.Tell("The same limit stands for other pools, whose pages end at it as well where they take as long: %s", same)
	}
	return x
}

// sameLimit names the other pools that end their requests after the same time, with the lines that say so.
func sameLimit(p *sysinfo.FPM, pool *phpfpm.Pool, limit time.Duration) string {
	var out []string
	for _, other := range p.Config.Pools {
		if v := other.Get("request_terminate_timeout"); other != pool && v.Set() && v.Duration() == limit {
			out = append(out, fmt.Sprintf("%s (%s)", other.Name, v.Place))
		}
	}
	if more := len(out) - 5; more > 0 {
		out = append(out[:5], fmt.Sprintf("and %d more", more))
	}
	return strings.Join(out, ", ")
}
