package checks

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// upstreamReadTimeout: the app took the request and was slower than the gateway waits.
func upstreamReadTimeout() Check {
	return Check{
		ID: "upstream-read-timeout", Title: "Apps answer within the gateway's time", Topic: Upstreams,
		After: []ID{"fpm-workers-exhausted", "listen-backlog-full-unix", "listen-backlog-full-tcp", "upstream-protocol-mismatch", "app-worker-timeout-kill", "uwsgi-harakiri", "mysql-slow", "external-api-slow", "php-session-lock", "firewall-blocks-upstream"},
		Means: `The app accepted the request and did not answer in the time the gateway waits (60 seconds by default): slow code, a slow query, a remote
service that hangs, a lock. nginx, HAProxy and Caddy answer 504, Varnish 503, Apache 502 for an HTTP app. A longer time limit only makes visitors
wait longer; find out what the app waits for. PHP goes on working after the gateway gave up, so retries make it worse.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			line, now, ok := l.has(errlog.ReadTimeout)
			silent := l.silent && l.reach.Open()
			spent := !ok && !silent && l.spent()
			if !ok && !silent && !spent {
				return nil
			}
			if err := unseenTaker(ctx, f, l); err != nil {
				return &Finding{Status: Unknown, Summary: why(err)}
			}
			found := &Finding{Status: Fail, Confidence: 0.85, Where: l.Settings.ReadWhere, Summary: fmt.Sprintf("%s took longer than the %s %s waits for %s", uriOf(line), seconds(l.Settings.Read), l.From, l.Address())}
			if !found.Where.Known() {
				found.Where = l.Pass
			}
			switch {
			case ok:
				if !now && l.before(line) {
					found.Summary = fmt.Sprintf("%s took longer than %s waited for %s before it read its files anew", uriOf(line), l.From, l.Address())
				}
				found.Evidence = append(found.Evidence, quoteLine(line))
				if !now && !(silent && l.after(line)) {
					found.When, found.Status = l.comesAndGoes(line)
				}
			case spent:
				found.Confidence = 0.93
				found.Summary = fmt.Sprintf("%s took longer than the %s %s waits for %s: it answers %d after %s", l.answer.Question.Path(), seconds(l.Settings.Read), l.From, l.Address(), l.answer.Status, waited(l.answer.Took))
			case silent:
				found.Confidence, found.Status = 0.75, Warn // slow is no failure yet
				if s := l.reach.Listener; s.Queue > 0 {
					found.Status = Fail
				}
				found.Summary = fmt.Sprintf("%s has not answered %s within %s; %s waits up to %s", l.Address(), l.answer.Question.Path(), waited(l.answer.Took), l.From, seconds(l.Settings.Read))
			}
			if u := appUnit(ctx, f, l); u.Name != "" {
				found.Evidence = append(found.Evidence, unitSays(u))
			}
			if now || silent {
				if e, ok := inKernel(f, appWorkers(ctx, f, l)); ok {
					found.Evidence = append(found.Evidence, e)
				}
			}
			if l.Settings.ReadWhere.Known() {
				found.Evidence = append(found.Evidence, lineOf(l.Site.Gateway.Root, l.Settings.ReadWhere))
			}
			found.Summary += l.withoutUnit()
			found.Fix = findSlow(ctx, f, l)
			if ok || l.answer == nil {
				slowPagesNear(ctx, f, l, line.Time, l.Settings.Read, line.URI).add(found)
			} else {
				slowPagesNear(ctx, f, l, f.Host.Now(), l.answer.Took, l.answer.Question.URI).add(found)
			}
			found.Summary += slowQueries(ctx, f, l, found)
			unhealthy(ctx, f, l, found)
			busyWorkers(ctx, f, l, found)
			noWorkers(ctx, f, l, found)
			startedShort(ctx, f, l, found)
			if who, x, ok := frozen(ctx, f, l); ok && found.When != Intermittent {
				found.Status, found.Confidence, found.Fix = Fail, 0.96, x
				found.Summary = fmt.Sprintf("%s stands still, held by a signal: it answers nobody at %s", who, l.Address())
				found.Evidence = append(found.Evidence, Evidence{Source: "ps", Text: "state T (stopped)"})
			}
			return found
		}),
	}
}

// withoutUnit says of a short time of HAProxy's that it has no unit: it counts milliseconds then (configuration.txt, 2.5), where most people mean seconds.
func (l *live) withoutUnit() string {
	words := strings.Fields(configLine(l.Site.Gateway.Root, l.Settings.ReadWhere))
	if l.Site.Gateway.Kind != "haproxy" || len(words) < 3 || l.Settings.Read >= 10*time.Second || strings.Trim(words[2], "0123456789") != "" {
		return ""
	}
	return fmt.Sprintf(" (%s without a unit is %[1]s ms)", words[2])
}

// seconds is a time limit as people write it: 60s, not 1m0s.
func seconds(d time.Duration) string {
	if d >= time.Second && d%time.Second == 0 {
		return fmt.Sprintf("%ds", int(d.Seconds()))
	}
	return d.String()
}

// spent says that a gateway answered 504 itself just when its own time for an app had passed, and wrote no line about it, as Caddy
// does for FastCGI.
func (l *live) spent() bool {
	wait := l.Settings.Read
	return l.hit && l.answer != nil && l.answer.Status == 504 && l.Site.Gateway.Kind == "caddy" && l.reach.Open() && l.Settings.ReadWhere.Known() && wait > 0 &&
		l.answer.Took >= wait && l.answer.Took < wait+2*time.Second
}

// usualWait is nginx's own read timeout (ngx_http_upstream.c: 60000 ms).
const usualWait = time.Minute

// waitUsual says which wait is meant: HAProxy and Caddy have none of their own.
func waitUsual(l *live, limit time.Duration) string {
	if kind := l.Site.Gateway.Kind; kind == "haproxy" || kind == "caddy" || kind == "traefik" {
		return fmt.Sprintf("Wait the usual minute: %s is short", seconds(limit))
	}
	return fmt.Sprintf("Wait as long as %s does by default: %s is short", l.From, seconds(limit))
}

var ownTimeout = whenAsked(`(?i)(^|\s)timeout=[^\s"]+`)

// minute is what the line that sets the time limit says, and what it says when the limit is a minute.
func (l *live) minute(line string) (old, new string) {
	if set := l.setting("read_timeout"); set.Name != "" {
		return set.Name + " " + set.Value(), set.Name + " 60s"
	}
	if name := l.waitName(); l.Site.Gateway.Kind == "varnish" && strings.Contains(line, name) { // "= 1s;", with blanks or without
		_, value, _ := strings.Cut(line, name)
		value, _, _ = strings.Cut(value, ";")
		return name + value, name + " = 60s"
	}
	if word := strings.TrimSpace(ownTimeout.FindString(line)); word != "" { // Apache: on the line of ProxyPass, where connectiontimeout= may stand too
		return word, "timeout=60"
	}
	words := strings.Fields(strings.TrimRight(line, " ;"))
	if len(words) < 2 {
		return line, line
	}
	last := words[len(words)-1]
	end := strings.LastIndex(line, last)
	start := strings.LastIndex(line[:end], words[len(words)-2])
	limit := "60s"
	if l.Site.Gateway.Kind == "apache" {
		limit = "60"
	}
	return line[start : end+len(last)], line[start:end] + limit
}

// findSlow says how to find what the app waits for.
func findSlow(ctx context.Context, f *sysinfo.Facts, l *live) Fix {
	x := Fix{Title: "Find out what the app waits for", Risk: Low}
	if s := l.reach.Listener; s != nil && s.Queue > 0 && l.Scheme != "fastcgi" {
		if x, ok := endStray(ctx, f, l); ok {
			return x
		}
		if u := appUnit(ctx, f, l); u.Name != "" {
			return Fix{Title: "The app takes no connections: start it anew", Risk: Medium, Workaround: true}.
				Do(fmt.Sprintf("%d connections wait and nobody takes them: restart the app", s.Queue), "%s && sleep 2", anew(u)).
				Tell("Then see what it did: %s, and whether it stood still (state T or D in ps)", showApp(ctx, f, u))
		}
	}
	if x, ok := lookAsRoot(ctx, f, l, l.Settings.Read); ok {
		return x
	}
	p, pool := f.PoolOf(ctx, l.Hop)
	if at := l.Settings.ReadWhere; at.Known() && l.Settings.Read < usualWait {
		x = Fix{Title: waitUsual(l, l.Settings.Read), Risk: Low, Workaround: true}
		root := l.Site.Gateway.Root
		old, new := l.minute(configLine(root, at))
		x.Undo = replace(root, at, new, old)
		x = x.Do("Give the app the usual minute", "%s", replace(root, at, old, new))
		x = reload(ctx, f, l.Site.Gateway, x)
		if notesSlow(pool) {
			return x.Tell("Then find out what the app waits for: visitors do not. %s and its database's process list (SHOW FULL PROCESSLIST) tell", pool.Absolute(pool.Get("slowlog").Text))
		}
		return x.Tell("Then find out what the app waits for: visitors do not. Its own log, its database's process list (SHOW FULL PROCESSLIST), calls to other services. For PHP: request_slowlog_timeout = 3s and slowlog = /var/log/php-slow.log in the pool name the function")
	}
	if p != nil && !notesSlow(pool) {
		at := pool.Get("listen").Place
		x.Risk = Medium
		x = x.Do("Have PHP-FPM note the function every slow request waits in", "%s", insertAfter(f.Host.Root, at, "request_slowlog_timeout = 3s\nslowlog = /var/log/php-slow.log"))
		x.Undo = removeBelow(f.Host.Root, at, 2)
		x = fpmRestart(p, x)
		return x.Tell("Ask for the slow page again, then read /var/log/php-slow.log: the first line of each entry is the function it waits in. A database call: look at the slow query; curl or file_get_contents: give that call a time limit")
	}
	return readApp(ctx, f, l, x, "Read what the app said in that minute").
		Tell("Look at its database (SHOW FULL PROCESSLIST), and at calls to other services: each needs a time limit of its own").
		Tell("If the work is honestly long, a report say: raise %s for that one page, and the app's own limit below it", l.waitName())
}

// waited is how long we waited for an answer, in words: what is said of it does not hang on a tenth of a second.
func waited(d time.Duration) time.Duration {
	if d > 2*time.Second {
		return d.Round(500 * time.Millisecond)
	}
	return d.Round(100 * time.Millisecond)
}
