package checks

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo"
)

// tooSlowForCaddy: the app answers, and takes longer than unhealthy_latency: Caddy counts each such answer as a failure and remembers it for
// fail_duration (Caddy's manual, "reverse_proxy", passive health checks). Where Caddy asks for a page of its own too, its memory has to tell
// that it was this. A reload with a changed file forgets the failures (passive health checks end with their configuration: healthchecks.go,
// countFailure; seen with 2.6.2).
func tooSlowForCaddy(ctx context.Context, f *sysinfo.Facts, l *live, x sysinfo.CaddyHop, found *Finding) bool {
	limit, at := x.Pass.Timeout("unhealthy_latency")
	memory, remembers := x.Pass.Settings["fail_duration"]
	_, uri := x.Pass.Settings["health_uri"]
	_, older := x.Pass.Settings["health_path"]
	if limit == 0 || !remembers || l.Scheme != "http" || l.Unix != "" || (uri || older) && len(caddyCounts(ctx, f, l)) == 0 {
		return false
	}
	q := sysinfo.Question{Host: l.asked(), URI: "/"}
	if l.answer != nil {
		q.URI = l.answer.Question.URI
	}
	page, err := l.askOnce(ctx, f, q)
	if err != nil || page.Status == 0 || page.Took <= limit {
		return false
	}
	g := l.Site.Gateway
	took := page.Took.Round(10 * time.Millisecond)
	found.Where, found.Confidence = at, 0.95
	found.Summary = fmt.Sprintf("the app at %s answers, but it takes %s for %s: Caddy counts what takes longer than %s as a failure (unhealthy_latency), and asks nobody for %s after one", l.Address(), waited(took), q.URI, limit, memory.Text)
	found.Evidence = append(found.Evidence, pageSays(&page, fmt.Sprintf("%d after %s", page.Status, took)), lineOf(g.Root, at))
	line := configLine(g.Root, at)
	old, raised := x.Pass.Settings["unhealthy_latency"].Text, seconds(withRoom(page.Took))
	if n := strconv.FormatInt(limit.Nanoseconds(), 10); !strings.Contains(line, old) && strings.Contains(line, n) { // JSON counts nanoseconds
		old, raised = n, strconv.FormatInt(withRoom(page.Took).Nanoseconds(), 10)
	}
	fix := Fix{Title: "Let an answer take as long as the app needs", Risk: Low}
	if strings.Count(line, old) != 1 {
		found.Fix = fix.Tell("Raise unhealthy_latency to %s at %s, and reload Caddy: it forgets its failures with that", seconds(withRoom(page.Took)), at)
		return true
	}
	fix.Undo = setLine(g.Root, at, line)
	found.Fix = reload(ctx, f, g, fix.Do("Three times what the page takes now, so that a busy hour does not take the app out again", "%s", replace(g.Root, at, old, raised))).
		Tell("Then find out why the app takes so long: its own log, its database, calls to other services")
	return true
}

// withRoom is three times what a page took, in whole seconds.
func withRoom(took time.Duration) time.Duration {
	return (3*took + time.Second - 1).Truncate(time.Second)
}
