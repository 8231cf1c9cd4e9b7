package checks

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/phpfpm"
)

func timeoutsFact() Check {
	return Check{
		ID: "nginx-timeouts", Title: "The time limits of gateway and PHP fit together", Topic: Platform,
		Means: `Three limits meet in one request: the gateway's read timeout (then 504), the pool's request_terminate_timeout (PHP-FPM kills the worker, then 502), and
PHP's max_execution_time (a fatal error, then 500), which on Linux counts computing only, not waiting. Best is when PHP's own ends first: it says where.`,
		Run: perPool(func(_ context.Context, f *sysinfo.Facts, l *live, p *sysinfo.FPM, pool *phpfpm.Pool) *Finding {
			kill, work := pool.Get("request_terminate_timeout"), phpLimit(f, p, pool, "max_execution_time")
			read := l.Settings.Read
			killAt, workAt := kill.Duration(), time.Duration(work.Int())*time.Second
			found := &Finding{Status: Pass, Hop: l.Hop, Summary: fmt.Sprintf("%s waits %s, pool %s %s, PHP computes %s: %s", l.From, limitWord(read), pool.Name, killWord(killAt), limitWord(workAt), endsFirst(l.From, read, killAt, workAt))}
			found.Evidence = []Evidence{
				{Source: orDefault(l.Settings.ReadWhere.String(), l.From+"'s default"), Text: fmt.Sprintf("%s %s", l.waitName(), limitWord(read))},
				{Source: kill.Place.String(), Text: "request_terminate_timeout = " + kill.Text},
				{Source: work.Place.String(), Text: "max_execution_time = " + work.Text}}
			switch {
			case read > 0 && workAt > read && (killAt == 0 || killAt > read):
				found.Status, found.Where = Warn, work.Place
				found.Fix = Fix{Title: "Let PHP give up before the gateway does", Risk: Low}.
					Tell("Set max_execution_time at %s below %s; give the one page that may take longer a place of its own with a longer %s", work.Place, seconds(read), l.waitName())
			case killAt > 0 && killAt <= workAt && (read <= 0 || killAt < read):
				found.Status, found.Where = Warn, kill.Place
				found.Fix = Fix{Title: "Let PHP end by itself before PHP-FPM kills it", Risk: Low}.
					Tell("Set request_terminate_timeout at %s some seconds above max_execution_time (%s): then the log names the line of PHP instead of a killed worker", kill.Place, work.Text)
			}
			return found
		}),
	}
}

func limitWord(d time.Duration) string {
	if d <= 0 {
		return "without limit"
	}
	return "up to " + seconds(d)
}

func killWord(d time.Duration) string {
	if d <= 0 {
		return "never kills"
	}
	return "kills after " + seconds(d)
}

func orDefault(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// waitName is what the gateway's configuration calls the time that it gives a page.
func (l *live) waitName() string {
	switch l.Site.Gateway.Kind {
	case "apache":
		return "ProxyTimeout"
	case "haproxy":
		return "timeout server"
	case "caddy":
		return "read_timeout"
	case "varnish":
		if l.begun {
			return "between_bytes_timeout"
		}
		return "first_byte_timeout"
	case "traefik":
		return "responseHeaderTimeout"
	}
	return l.family() + "_read_timeout"
}

// endsFirst says which of the three limits a slow page meets first; one of zero is none.
func endsFirst(gateway string, read, kill, work time.Duration) string {
	before := func(d, other time.Duration) bool { return d > 0 && (other <= 0 || d < other) }
	switch {
	case before(kill, read) && (work <= 0 || kill <= work):
		return "the pool ends first (502)"
	case before(work, read) && read <= 0:
		return "PHP ends first (500); a page that only waits, nobody ends"
	case before(work, read):
		return "PHP ends first (500); a page that only waits meets " + gateway + " (504)"
	case read <= 0:
		return "nobody ends a slow page"
	}
	return gateway + " ends first (504)"
}

// perPool asks one question of every pool that a hop of this run reaches.
func perPool(ask func(ctx context.Context, f *sysinfo.Facts, l *live, p *sysinfo.FPM, pool *phpfpm.Pool) *Finding) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	return func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
		all, err := hops(ctx, f)
		if err != nil {
			return nil, err
		}
		seen := map[string]bool{}
		var out []Finding
		for i := range all {
			l := &all[i]
			if !strings.HasPrefix(l.Scheme, "fastcgi") {
				continue
			}
			p, pool := f.PoolOf(ctx, l.Hop)
			if p == nil {
				continue
			}
			if found := ask(ctx, f, l, p, pool); found != nil && !seen[found.Summary] {
				seen[found.Summary] = true
				out = append(out, *found)
			}
		}
		return out, nil
	}
}
