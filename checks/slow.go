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
service that hangs, a lock. nginx answers 504. A longer time limit only makes visitors wait longer; find out what the app waits for. PHP goes
on working after the gateway gave up, so retries make it worse.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			line, now, ok := l.has(errlog.ReadTimeout)
			silent := l.silent && l.reach.Open()
			if !ok && !silent {
				return nil
			}
			found := &Finding{Status: Fail, Confidence: 0.85, Where: l.Settings.ReadWhere, Summary: fmt.Sprintf("%s took longer than the %s nginx waits for %s", uriOf(line), seconds(l.Settings.Read), l.Address())}
			if !found.Where.Known() {
				found.Where = l.Pass
			}
			switch {
			case ok:
				found.Evidence = append(found.Evidence, quoteLine(line))
				if !now && !(silent && l.after(line)) {
					found.When, found.Status = l.comesAndGoes(line)
				}
			case silent:
				found.Confidence, found.Status = 0.75, Warn // slow is no failure yet
				if s := l.reach.Listener; s.Queue > 0 {
					found.Status = Fail
				}
				found.Summary = fmt.Sprintf("%s has not answered %s within %s; nginx waits up to %s", l.Address(), l.answer.Question.URI, l.answer.Took.Round(100*time.Millisecond), seconds(l.Settings.Read))
			}
			if u := appUnit(ctx, f, l); u.Name != "" {
				found.Evidence = append(found.Evidence, unitSays(u))
			}
			if l.Settings.ReadWhere.Known() {
				found.Evidence = append(found.Evidence, Evidence{Source: l.Settings.ReadWhere.String(), Text: configLine(l.Site.Gateway.Root, l.Settings.ReadWhere)})
			}
			found.Fix = findSlow(ctx, f, l)
			return found
		}),
	}
}

// seconds is a time limit as people write it: 60s, not 1m0s.
func seconds(d time.Duration) string {
	if d >= time.Second && d%time.Second == 0 {
		return fmt.Sprintf("%ds", int(d.Seconds()))
	}
	return d.String()
}

// usualWait is nginx's own read timeout (ngx_http_upstream.c: 60000 ms).
const usualWait = time.Minute

// findSlow says how to find what the app waits for.
func findSlow(ctx context.Context, f *sysinfo.Facts, l *live) Fix {
	x := Fix{Title: "Find out what the app waits for", Risk: Low}
	if s := l.reach.Listener; s != nil && s.Queue > 0 && l.Scheme != "fastcgi" {
		if u := appUnit(ctx, f, l); u.Name != "" {
			return Fix{Title: "The app takes no connections: start it anew", Risk: Medium, Workaround: true}.
				Do(fmt.Sprintf("%d connections wait and nobody takes them: restart the app", s.Queue), "systemctl restart %s && sleep 2", sh(unitWord(u.Name))).
				Tell("Then see what it did: journalctl -u %s, and whether it stood still (state T or D in ps)", unitWord(u.Name))
		}
	}
	if at := l.Settings.ReadWhere; at.Known() && l.Settings.Read < usualWait {
		x = Fix{Title: fmt.Sprintf("Wait as long as nginx does by default: %s is short", l.Settings.Read), Risk: Low, Workaround: true}
		set := l.setting("read_timeout")
		root := l.Site.Gateway.Root
		x.Undo = replace(root, at, set.Name+" 60s", set.Name+" "+set.Value())
		x = x.Do("Give the app the usual minute", "%s", replace(root, at, set.Name+" "+set.Value(), set.Name+" 60s"))
		return nginxReload(ctx, f, l.Site.Gateway, x).
			Tell("Then find out what the app waits for: visitors do not. Its own log, its database's process list (SHOW FULL PROCESSLIST), calls to other services. For PHP: request_slowlog_timeout = 3s and slowlog = /var/log/php-slow.log in the pool name the function")
	}
	if p, pool := f.PoolOf(ctx, l.Hop); p != nil && !pool.Get("request_slowlog_timeout").Set() {
		at := sysinfo.Place(pool.Get("listen").Place)
		x.Risk = Medium
		x = x.Do("Have PHP-FPM note the function every slow request waits in", "%s", insertAfter(f.Host.Root, at, "request_slowlog_timeout = 3s\nslowlog = /var/log/php-slow.log"))
		x.Undo = removeBelow(f.Host.Root, at, 2)
		x = fpmRestart(p, x)
		return x.Tell("Ask for the slow page again, then read /var/log/php-slow.log: the first line of each entry is the function it waits in. A database call: look at the slow query; curl or file_get_contents: give that call a time limit")
	}
	return x.Tell("Look at the app's own log of that minute, at its database (SHOW FULL PROCESSLIST), and at calls to other services: each needs a time limit of its own").
		Tell("If the work is honestly long, a report say: raise %s_read_timeout for that one location, and the app's own limit below it", l.family())
}

// upstreamPrematureClose: the connection broke and nothing else says why.
func upstreamPrematureClose() Check {
	return Check{
		ID: "upstream-premature-close", Title: "Apps finish what they begin to answer", Topic: Upstreams,
		After: []ID{"upstream-protocol-mismatch", "fpm-worker-segfault", "fpm-request-terminate-timeout", "oom-killed", "fpm-reload-inflight", "allowed-clients-denied", "app-worker-timeout-kill", "node-crash",
			"uwsgi-harakiri", "uwsgi-worker-crash", "uwsgi-app-exception-empty-response", "uwsgi-buffer-size", "upstream-keepalive-race", "ruby-java-worker-death", "gunicorn-boot-failure", "fpm-emergency-restart-loop", "upstream-port-nothing-listening"},
		Means: `The app closed or reset the connection before it had answered: it crashed, was killed or restarted, or ends such requests itself. nginx
only sees the break; the reason is in the app's own log, or in the kernel's, within a second or two of nginx's line.`,
		Run: logged([]errlog.Kind{errlog.PrematureClose, errlog.ReadReset, errlog.SendReset}, func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			found := &Finding{Confidence: 0.7, Where: l.Where, Summary: fmt.Sprintf("%s closed the connection before it answered %s", l.Address(), uriOf(line))}
			if u := appUnit(ctx, f, l); u.Name != "" {
				found.Evidence = append(found.Evidence, unitSays(u))
				found.Evidence = append(found.Evidence, lastWords(ctx, f, u)...)
			}
			found.Evidence = append(found.Evidence, passLine(l))
			found.Fix = Fix{Title: "Find the app's own words of that second", Risk: Low}.
				Tell("Look at the app's log at %s: journalctl -u UNIT --since, or the log file it writes. A crash, a kill for memory, a restart by a deploy, or code that ends the connection", line.Time.Format(time.DateTime))
			return found
		}),
	}
}

// upstreamKeepaliveRace: an idle connection that nginx keeps is closed by the app just as it is used again.
func upstreamKeepaliveRace() Check {
	return Check{
		ID: "upstream-keepalive-race", Title: "Idle connections are not used after the app closed them", Topic: Platform,
		Means: `nginx keeps idle connections to the app (keepalive in the upstream block). When the app closes them earlier than nginx does, a request may
be sent on a connection that is just being closed: a GET is repeated silently, a POST is lost with a 502. It shows as rare, random failures of
forms. Let the app keep idle connections longer than nginx does (60 seconds by default), or nginx shorter.`,
		Run: logged([]errlog.Kind{errlog.ReadReset, errlog.PrematureClose, errlog.SendReset}, func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			h, ok := l.Extra.(sysinfo.NginxHop)
			if !ok || h.Target.Upstream == nil || !l.answersNow() {
				return nil
			}
			n, ok := l.Site.Gateway.Extra.(*sysinfo.Nginx)
			if !ok {
				return nil
			}
			keep := n.Config.Keepalive(h.Target.Upstream)
			if keep.Value() == "0" {
				return nil
			}
			at := sysinfo.Place(keep.Place)
			found := &Finding{Confidence: 0.85, Where: at, Summary: fmt.Sprintf("%s closes idle connections that nginx uses again (%s)", l.Address(), strings.TrimSpace(line.Method+" "+uriOf(line))), Covers: []ID{"upstream-premature-close"},
				Evidence: []Evidence{quoteLine(line), {Source: at.String(), Text: configLine(l.Site.Gateway.Root, at)}}}
			x := Fix{Title: "Let nginx drop idle connections before the app does", Risk: Low, Undo: removeBelow(l.Site.Gateway.Root, at, 1)}
			if own := h.Target.Upstream.Own("keepalive_timeout"); len(own) == 0 {
				x = x.Do("Keep them for less time than the app does", "%s", insertAfter(l.Site.Gateway.Root, at, "keepalive_timeout 1s;"))
			} else {
				was := sysinfo.Place(own[0].Place)
				x.Undo = setLine(l.Site.Gateway.Root, was, configLine(l.Site.Gateway.Root, was))
				x = x.Do("Keep them for less time than the app does", "%s", setLine(l.Site.Gateway.Root, was, "keepalive_timeout 1s;"))
			}
			found.Fix = nginxReload(ctx, f, l.Site.Gateway, x).Tell("Better: raise the app's own keep-alive above 60 seconds (Node: server.keepAliveTimeout = 65000; gunicorn: --keep-alive 75)")
			return found
		}),
	}
}

// upstreamReturned5xx: the app itself answers 502, 503 or 504 and the gateway only hands it on.
func upstreamReturned5xx() Check {
	return Check{
		ID: "upstream-returned-5xx", Title: "No app answers with a gateway's error itself", Topic: Upstreams,
		After: []ID{"maintenance-503", "rate-limited-503", "upstream-port-nothing-listening", "modsecurity-blocks"},
		Means: `nginx did its work: the app behind it answered 502, 503 or 504 itself, and nginx passed that on without a line in its error log. The app
is a gateway too, or a service behind it failed, or it is in maintenance. Look at the next hop in the same way: its log, what it calls.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if !l.hit || len(l.fresh) > 0 || l.answer == nil || l.answer.Status < 502 || l.answer.Status > 504 || !l.reach.Open() && l.reach.Err == nil {
				return nil
			}
			if own(l.answer) {
				return nil // nginx's own page: it made the error itself, and its log is not readable or not there
			}
			found := &Finding{Status: Fail, Confidence: 0.9, Where: l.Where, Summary: fmt.Sprintf("the app at %s answers %d itself; nginx only passes it on", l.Address(), l.answer.Status),
				Evidence: []Evidence{{Source: "GET " + l.answer.Question.Host + l.answer.Question.URI, Text: fmt.Sprintf("%d, and no line in nginx's error log; body: %s", l.answer.Status, firstText(l.answer.Body))}, passLine(l)}}
			if in := f.Inner(ctx, l.Hop); in != nil {
				found.Confidence = 0.5
				found.Summary = fmt.Sprintf("the inner gateway at %s answers %d", l.Address(), l.answer.Status)
			}
			if u := appUnit(ctx, f, l); u.Name != "" {
				found.Evidence = append(found.Evidence, unitSays(u))
				found.Evidence = append(found.Evidence, lastWords(ctx, f, u)...)
			}
			found.Fix = Fix{Title: "Look behind the app", Risk: Low}.Tell("Read the app's own log of this minute: it names what it could not reach, or why it turned the request away. 503 with Retry-After is often maintenance or a limit of its own")
			return found
		}),
	}
}

// own says that an error page is nginx's built-in one.
func own(a *sysinfo.Answer) bool {
	return strings.Contains(string(a.Body), "<hr><center>nginx") && strings.HasPrefix(a.Header.Get("Server"), "nginx")
}

func firstText(b []byte) string {
	s := strings.Join(strings.Fields(string(b)), " ")
	return s[:min(len(s), 160)]
}
