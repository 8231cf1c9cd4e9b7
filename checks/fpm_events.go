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

// brokenKinds are what nginx says when an answer broke off: the symptom of every worker's death.
var brokenKinds = []errlog.Kind{errlog.ReadReset, errlog.PrematureClose, errlog.ReadResetBody, errlog.PrematureCloseBody, errlog.SendReset}

// poolLine finds the latest line of PHP-FPM's own log about a pool.
func poolLine(ctx context.Context, f *sysinfo.Facts, pool string, kinds ...errlog.Kind) (sysinfo.LogLine, int, bool) {
	logs, err := f.Logs(ctx)
	if err != nil {
		return sysinfo.LogLine{}, 0, false
	}
	var last sysinfo.LogLine
	n := 0
	for _, g := range logs.Groups {
		for _, k := range kinds {
			if g.Kind != k || len(g.Latest) == 0 {
				continue
			}
			for _, line := range g.Latest {
				if (line.Name == pool || line.Name == "") && line.Source != "" && line.Event.Source == errlog.FPM {
					if k != errlog.FPMStopping || line.Time != last.Time { // a stop has two lines
						n++
					}
					if !line.Time.Before(last.Time) {
						last = line
					}
				}
			}
		}
	}
	return last, n, n > 0
}

// fpmEvent is a check on an event in PHP-FPM's log that broke requests of a hop.
func fpmEvent(kinds []errlog.Kind, judge func(ctx context.Context, f *sysinfo.Facts, l *live, p *sysinfo.FPM, pool *phpfpm.Pool, line sysinfo.LogLine) *Finding) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	return perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
		if l.Scheme != "fastcgi" {
			return nil
		}
		p, pool := f.PoolOf(ctx, l.Hop)
		if p == nil || !p.Running() {
			return nil
		}
		line, n, ok := poolLine(ctx, f, pool.Name, kinds...)
		if !ok {
			if found := unread(ctx, f, p.Logs()); found != nil {
				return found
			}
			return pass(fmt.Sprintf("no such line in the log of %s for %s", p.Name(), span(f.Since)))
		}
		found := judge(ctx, f, l, p, pool, line)
		if found == nil {
			return nil
		}
		if n > 1 {
			found.Summary += fmt.Sprintf(" (%d times)", n)
		}
		found.Evidence = append([]Evidence{quoteLine(line)}, found.Evidence...)
		found.When, found.Status = Intermittent, Fail
		switch broke, now, ok := l.has(brokenKinds...); {
		case ok && now:
			found.When = Now
			found.Evidence = append(found.Evidence, quoteLine(broke))
		case !l.after(line):
			found.Status = Warn // PHP-FPM was started anew since
		case ok && within(broke.Time, line.Time, 3*time.Second):
			found.Evidence = append(found.Evidence, quoteLine(broke))
		}
		return found
	})
}

// fpmWorkerSegfault: PHP itself crashes on some page.
func fpmWorkerSegfault() Check {
	return Check{
		ID: "fpm-worker-segfault", Title: "No PHP worker crashes", Topic: Upstreams,
		Means: `A PHP worker crashed in the middle of a request (signal 11 and its kin), and the visitor got a 502 while other pages work. It is a bug
in PHP, in an extension, in OPcache's JIT, or code that calls itself without end. The kernel log names the library. The same page each
time points to code; random pages point to OPcache, an extension, or libraries that were upgraded under a running PHP.`,
		Run: fpmEvent([]errlog.Kind{errlog.FPMCrash}, func(ctx context.Context, f *sysinfo.Facts, l *live, p *sysinfo.FPM, pool *phpfpm.Pool, line sysinfo.LogLine) *Finding {
			found := &Finding{Confidence: 0.95, Where: sysinfo.Place(pool.Place), Summary: fmt.Sprintf("a PHP worker of pool %s crashed with signal %d", pool.Name, line.Signal)}
			if broke, _, ok := l.has(brokenKinds...); ok && within(broke.Time, line.Time, 3*time.Second) {
				found.Summary += " on " + uriOf(broke)
			}
			if lines, err := f.Kernel(ctx); err == nil {
				for _, k := range lines {
					if strings.Contains(k.Text, "segfault") && strings.Contains(k.Text, fmt.Sprintf("[%d]", line.Worker)) {
						found.Evidence = append(found.Evidence, Evidence{Source: "journalctl -k", Text: k.Text, Time: k.Time})
					}
				}
			}
			x := Fix{Title: "Restart PHP-FPM, then find the page or extension", Risk: Medium, Workaround: true}
			x = fpmRestart(p, x)
			found.Fix = x.Tell("If the same page crashes again: look at what it calls (a recursion without end, a plugin updated lately). If pages crash at random: switch the JIT off (opcache.jit=disable in %s), then OPcache, then extensions one by one", p.Version.Ini).
				Tell("After a package upgrade a restart alone is the cure: the old libraries were still loaded")
			return found
		}),
	}
}

// fpmRequestTerminateTimeout: PHP-FPM's own guard ends a long request.
func fpmRequestTerminateTimeout() Check {
	return Check{
		ID: "fpm-request-terminate-timeout", Title: "PHP-FPM ends no request by its own limit", Topic: Platform,
		Means: `The pool's request_terminate_timeout kills every request that takes longer, and the visitor gets a 502 instead of a page or a 504.
PHP-FPM's log names the script. Make the script faster, or raise the limit; it should be longer than max_execution_time and shorter than
the gateway's read timeout, so that PHP can still say what went wrong.`,
		Run: fpmEvent([]errlog.Kind{errlog.FPMTerminating}, func(ctx context.Context, f *sysinfo.Facts, l *live, p *sysinfo.FPM, pool *phpfpm.Pool, line sysinfo.LogLine) *Finding {
			v := pool.Get("request_terminate_timeout")
			found := &Finding{Confidence: 0.97, Where: sysinfo.Place(v.Place), Summary: fmt.Sprintf("PHP-FPM ends %s after %s (request_terminate_timeout)", path.Base(line.Script), v.Duration())}
			if !v.Set() {
				found.Where = sysinfo.Place(pool.Place)
				found.Fix = Fix{Title: "Make the script faster", Risk: Low}.Tell("The limit that ended %s is not set any more; look at the script", line.Script)
				return found
			}
			found.Evidence = append(found.Evidence, Evidence{Source: v.Place.String(), Text: configLine(f.Host.Root, found.Where)})
			limit := max(60*time.Second, 3*v.Duration())
			if read := l.Settings.Read; read > 5*time.Second && limit >= read {
				limit = read - 5*time.Second
			}
			limit = max(limit, v.Duration())
			x := Fix{Title: "Give the pool's requests more time", Risk: Medium, Workaround: true, Undo: setLine(f.Host.Root, found.Where, configLine(f.Host.Root, found.Where))}
			x = x.Do("Raise the limit, below the gateway's own", "%s", setLine(f.Host.Root, found.Where, fmt.Sprintf("request_terminate_timeout = %ds", int(limit.Seconds()))))
			found.Fix = fpmRestart(p, x).Tell("Then find out what %s waits for: request_slowlog_timeout = 5s and slowlog = /var/log/php-slow.log in the pool show it", line.Script)
			return found
		}),
	}
}

// fpmReloadInflight: a reload without patience cuts running requests.
func fpmReloadInflight() Check {
	return Check{
		ID: "fpm-reload-inflight", Title: "Reloads of PHP-FPM let requests finish", Topic: Upstreams,
		After: []ID{"fpm-emergency-restart-loop"},
		Means: `A reload or restart of PHP-FPM ends the requests in flight at once, because process_control_timeout is 0 by default. It shows as a few
502s in the very second of a deploy, a certificate hook or an upgrade, and never again until the next one.`,
		Run: fpmEvent([]errlog.Kind{errlog.FPMReloading, errlog.FPMStopping}, func(_ context.Context, f *sysinfo.Facts, l *live, p *sysinfo.FPM, _ *phpfpm.Pool, line sysinfo.LogLine) *Finding {
			broke, _, ok := l.has(brokenKinds...)
			if !ok || !within(broke.Time, line.Time, 2*time.Second) {
				return nil
			}
			found := &Finding{Confidence: 0.92, Where: sysinfo.Place{File: p.Conf}, Summary: fmt.Sprintf("a reload of %s at %s cut the requests in flight", p.Name(), line.Time.Format("15:04:05"))}
			v := p.Config.Global.Get("process_control_timeout")
			x := Fix{Title: "Let requests finish before a reload", Risk: Medium}
			if v.Set() {
				found.Where = sysinfo.Place(v.Place)
				x.Undo = setLine(f.Host.Root, found.Where, configLine(f.Host.Root, found.Where))
				x = x.Do("Give them 30 seconds", "%s", setLine(f.Host.Root, found.Where, "process_control_timeout = 30s"))
			} else {
				at := sysinfo.Place(p.Config.Global.Place)
				if !at.Known() {
					found.Fix = x.Tell("Add process_control_timeout = 30s to the section [global] of %s and restart %s", p.Conf, p.Name())
					return found
				}
				found.Where = at
				x.Undo = removeBelow(f.Host.Root, at, 1)
				x = x.Do("Give them 30 seconds", "%s", insertAfter(f.Host.Root, at, "process_control_timeout = 30s"))
			}
			found.Fix = fpmRestart(p, x)
			return found
		}),
	}
}

// fpmEmergencyRestartLoop: crashes make PHP-FPM reload itself, which cuts healthy requests as well.
func fpmEmergencyRestartLoop() Check {
	return Check{
		ID: "fpm-emergency-restart-loop", Title: "PHP-FPM does not reload itself after crashes", Topic: Upstreams,
		After: []ID{"fpm-worker-segfault"},
		Means: `emergency_restart_threshold makes PHP-FPM reload itself when workers crash too often. Each of these reloads cuts healthy requests too,
so one crashing page turns into 502s on all pages. Mend the crash; the setting only spreads it.`,
		Run: fpmEvent([]errlog.Kind{errlog.FPMEmergency}, func(_ context.Context, f *sysinfo.Facts, _ *live, p *sysinfo.FPM, _ *phpfpm.Pool, _ sysinfo.LogLine) *Finding {
			v := p.Config.Global.Get("emergency_restart_threshold")
			found := &Finding{Confidence: 0.93, Where: sysinfo.Place(v.Place), Summary: fmt.Sprintf("%s reloads itself after crashes of its workers", p.Name())}
			x := Fix{Title: "Stop the reloads, then mend the crash", Risk: Medium, Workaround: true}
			if v.Set() {
				x.Undo = setLine(f.Host.Root, found.Where, configLine(f.Host.Root, found.Where))
				x = x.Do("Switch the emergency restart off", "%s", setLine(f.Host.Root, found.Where, "emergency_restart_threshold = 0"))
			}
			found.Fix = fpmRestart(p, x)
			return found
		}),
	}
}

// fpmProcessMax: the global limit keeps pools from growing to their own.
func fpmProcessMax() Check {
	return Check{
		ID: "fpm-process-max", Title: "PHP-FPM may start as many workers as its pools want", Topic: Platform,
		Means: `process.max limits all pools of this PHP-FPM together. It is reached, so pools get fewer workers than their pm.max_children and requests
wait. Raise it to the sum of the pools, if the memory is there for them; or the system refuses to fork (TasksMax, ulimit).`,
		Run: fpmEvent([]errlog.Kind{errlog.FPMProcessMax, errlog.FPMForkFailed}, func(_ context.Context, f *sysinfo.Facts, _ *live, p *sysinfo.FPM, _ *phpfpm.Pool, line sysinfo.LogLine) *Finding {
			v := p.Config.Global.Get("process.max")
			found := &Finding{Confidence: 0.93, Where: sysinfo.Place(v.Place), Summary: fmt.Sprintf("%s may not start more workers", p.Name()),
				Covers: []ID{"upstream-read-timeout", "fpm-workers-exhausted", "listen-backlog-full-unix"}}
			if line.Kind == errlog.FPMForkFailed || !v.Set() {
				found.Where = sysinfo.Place{File: p.Unit.Fragment}
				found.Fix = Fix{Title: "Raise the limit of tasks", Risk: Medium}.Tell("systemctl show %s -p TasksMax,TasksCurrent and ulimit -u of the pool's user tell which limit it is", p.Name())
				return found
			}
			sum := 0
			for _, pool := range p.Config.Pools {
				sum += pool.Get("pm.max_children").Int()
			}
			found.Summary = fmt.Sprintf("process.max = %d is less than the pools' %d workers", v.Int(), sum)
			x := Fix{Title: "Let the pools have their workers", Risk: Medium, Undo: setLine(f.Host.Root, found.Where, configLine(f.Host.Root, found.Where))}
			found.Fix = fpmRestart(p, x.Do("Raise the limit to the pools' sum", "%s", setLine(f.Host.Root, found.Where, fmt.Sprintf("process.max = %d", sum))))
			return found
		}),
	}
}

// allowedClientsDenied: a TCP pool that takes requests from other addresses only, and mostly does not say so.
func allowedClientsDenied() Check {
	return Check{
		ID: "allowed-clients-denied", Title: "Pools on TCP take the gateway's requests", Topic: Upstreams,
		Means: `listen.allowed_clients lists the addresses whose requests a PHP-FPM pool takes. The gateway's is not among them, so PHP-FPM drops every
connection (nginx: reset by peer), and with its usual settings writes nothing about it anywhere. Add the address.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if l.Scheme != "fastcgi" || l.Unix != "" {
				return nil
			}
			p, pool := f.PoolOf(ctx, l.Hop)
			if p == nil || !pool.Get("listen.allowed_clients").Set() {
				return nil
			}
			v := pool.Get("listen.allowed_clients")
			from := "127.0.0.1"
			if len(l.Addrs) > 0 && l.Addrs[0].Is6() {
				from = "::1"
			}
			for _, a := range strings.FieldsFunc(v.Text, func(r rune) bool { return r == ',' || r == ' ' }) {
				if a == from || a == "any" {
					return pass(fmt.Sprintf("pool %s takes requests from %s", pool.Name, from))
				}
			}
			_, now, ok := l.has(brokenKinds...)
			failed := l.hit && l.answer.Status == 502 // the log may not be ours to read
			if !ok && !failed || !now && l.answersNow() || len(l.Addrs) == 0 || !l.Addrs[0].IsLoopback() {
				return nil
			}
			at := sysinfo.Place(v.Place)
			found := &Finding{Status: l.broken(), Confidence: 0.96, Where: at, Summary: fmt.Sprintf("pool %s takes requests from %s only, nginx comes from %s", pool.Name, v.Text, from),
				Evidence: []Evidence{{Source: at.String(), Text: configLine(f.Host.Root, at)}}, Covers: []ID{"upstream-premature-close", "upstream-protocol-mismatch"}}
			x := Fix{Title: "Let the pool take nginx's requests", Risk: Medium, Undo: setLine(f.Host.Root, at, configLine(f.Host.Root, at))}
			found.Fix = fpmRestart(p, x.Do("Add the gateway's address", "%s", setLine(f.Host.Root, at, "listen.allowed_clients = "+v.Text+","+from)))
			return withLine(found, l, brokenKinds...)
		}),
	}
}
