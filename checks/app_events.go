package checks

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// appLine finds the latest line of some kinds in what a hop's app says of itself: its unit's journal.
func appLine(ctx context.Context, f *sysinfo.Facts, l *live, kinds ...errlog.Kind) (sysinfo.LogLine, sysinfo.Unit, bool) {
	u := appUnit(ctx, f, l)
	if u.Name == "" {
		return sysinfo.LogLine{}, u, false
	}
	lines, err := sysinfo.Memo(f, "app "+u.Name, func() ([]sysinfo.LogLine, error) { return appLines(ctx, f, u) })
	if err != nil {
		return sysinfo.LogLine{}, u, false
	}
	for i := len(lines) - 1; i >= 0; i-- {
		for _, k := range kinds {
			if lines[i].Kind == k {
				return lines[i], u, true
			}
		}
	}
	return sysinfo.LogLine{}, u, false
}

// appUnit is the service behind a hop.
func appUnit(ctx context.Context, f *sysinfo.Facts, l *live) sysinfo.Unit {
	if l.reach.Owner != nil {
		if u, ok := f.Unit(ctx, f.UnitOf(l.reach.Owner.PID)); ok {
			return u
		}
	}
	return f.AppFor(ctx, l.Hop).Unit
}

// appLines reads a unit's journal as the program's log.
func appLines(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) ([]sysinfo.LogLine, error) {
	lines, err := f.Journal(ctx, u.Name)
	if err != nil {
		return nil, err
	}
	p := errlog.NewParser(f.Host.Now().Location())
	var out []sysinfo.LogLine
	for _, j := range lines {
		ev := p.Parse(j.Text)
		ev.Time = j.Time
		out = append(out, sysinfo.LogLine{Event: ev, Source: "journalctl -u " + unitWord(u.Name), Text: j.Text})
	}
	return out, nil
}

// appEvent is a check on an event in an app's log that broke requests of a hop.
func appEvent(symptoms, kinds []errlog.Kind, judge func(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, line sysinfo.LogLine) *Finding) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	return perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
		if l.Scheme == "fastcgi" || len(l.past) == 0 && len(l.fresh) == 0 && !l.hit && !l.silent {
			return nil
		}
		line, u, ok := appLine(ctx, f, l, kinds...)
		if !ok {
			if _, err := f.Journal(ctx, u.Name); u.Name != "" && err != nil && !sysinfo.Seen(err) {
				return &Finding{Status: Unknown, Summary: why(err)}
			}
			return nil
		}
		found := judge(ctx, f, l, u, line)
		if found == nil {
			return nil
		}
		if !found.Where.Known() {
			found.Where = execPlace(f, u)
		}
		found.Evidence = append([]Evidence{quoteLine(line)}, found.Evidence...)
		found.When, found.Status = Intermittent, Fail
		broke, now, seen := l.has(symptoms...)
		switch {
		case seen && now, l.hit, l.silent:
			found.When = Now
		case !l.after(line):
			found.Status = Warn
		}
		if seen && (now || within(broke.Time, line.Time, 5*time.Second)) {
			found.Evidence = append(found.Evidence, quoteLine(broke))
			found.Summary = fmt.Sprintf("%s (%s at %s)", found.Summary, uriOf(broke), broke.Time.Format("15:04:05"))
		}
		found.Evidence = append(found.Evidence, unitSays(u))
		return found
	})
}

func within(a, b time.Time, d time.Duration) bool { return a.Sub(b).Abs() <= d }

// slowKinds are what a gateway says of an app that does not answer in time, or is ended before it does.
var slowKinds = append([]errlog.Kind{errlog.ReadTimeout}, brokenKinds...)

// appWorkerTimeoutKill: the app server ends its own worker before the gateway gives up.
func appWorkerTimeoutKill() Check {
	return Check{
		ID: "app-worker-timeout-kill", Title: "The app server's own time limit ends no request", Topic: Upstreams,
		Means: `The app server watches its workers and kills one that takes too long: gunicorn after 30 seconds unless told otherwise. The gateway sees
the connection break and answers 502, not 504. The app was slow: find out what it waited for. Raising the limit only helps when the work
is honestly long; keep it below the gateway's read timeout.`,
		Run: appEvent(brokenKinds, []errlog.Kind{errlog.GunicornTimeout, errlog.PumaTimeout, errlog.UnicornTimeout}, func(_ context.Context, _ *sysinfo.Facts, l *live, u sysinfo.Unit, _ sysinfo.LogLine) *Finding {
			return &Finding{Confidence: 0.96, Summary: fmt.Sprintf("%s killed a worker that took longer than its own limit", unitWord(u.Name)), Covers: []ID{"upstream-premature-close", "upstream-read-timeout"},
				Fix: Fix{Title: "Find out what the worker waited for", Risk: Medium}.
					Tell("Look at the slow page's queries and calls to other services first: the app's log of that minute, the database's process list").
					Tell("If the work is honestly long: raise the limit in ExecStart of %s (gunicorn: --timeout 60; several threads: --worker-class gthread --threads 4), keep it below nginx's read timeout (%s), then systemctl daemon-reload && systemctl restart %s", u.Fragment, seconds(l.Settings.Read), unitWord(u.Name))}
		}),
	}
}

// uwsgiHarakiri is the same guard in uWSGI.
func uwsgiHarakiri() Check {
	return Check{
		ID: "uwsgi-harakiri", Title: "uWSGI's harakiri ends no request", Topic: Upstreams,
		Means: `harakiri is uWSGI's time limit for one request: the worker that exceeds it is killed, and the gateway answers 502. Find out what the
request waited for, or raise harakiri, below the gateway's uwsgi_read_timeout.`,
		Run: appEvent(slowKinds, []errlog.Kind{errlog.UWSGIHarakiri}, func(_ context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, _ sysinfo.LogLine) *Finding {
			found := &Finding{Confidence: 0.96, Summary: "uWSGI killed a request that took longer than harakiri allows", Covers: []ID{"upstream-premature-close", "upstream-read-timeout", "uwsgi-worker-crash"},
				Fix: Fix{Title: "Find out what the request waited for", Risk: Medium}.
					Tell("The journal line names the page: look at its queries and calls to other services").
					Tell("If the work is honestly long: raise harakiri in uWSGI's configuration, below nginx's uwsgi_read_timeout (%s), and restart %s", seconds(l.Settings.Read), unitWord(u.Name))}
			found.Where = iniLine(f, u, "harakiri")
			return found
		}),
	}
}

// iniLine finds the line of a setting in the ini file that a uWSGI unit names.
func iniLine(f *sysinfo.Facts, u sysinfo.Unit, key string) sysinfo.Place {
	for w := range strings.FieldsSeq(u.Exec) {
		w = strings.TrimPrefix(w, "--ini=")
		if !strings.HasSuffix(w, ".ini") {
			continue
		}
		b, err := f.Host.Root.ReadFile(w)
		if err != nil {
			continue
		}
		n := 0
		for line := range strings.Lines(string(b)) {
			n++
			if name, _, ok := strings.Cut(line, "="); ok && strings.TrimSpace(name) == key {
				return sysinfo.Place{File: w, Line: n}
			}
		}
		return sysinfo.Place{File: w}
	}
	return sysinfo.Place{}
}

// uwsgiBufferSize: the request's own headers do not fit uWSGI's buffer.
func uwsgiBufferSize() Check {
	return Check{
		ID: "uwsgi-buffer-size", Title: "Requests fit uWSGI's buffer", Topic: Upstreams,
		Means: `uWSGI reads a request's headers into a buffer of 4096 bytes. A visitor with many cookies or a long address exceeds it, uWSGI skips the
request, and nginx answers 502: for some visitors only. Raise buffer-size.`,
		Run: appEvent(brokenKinds, []errlog.Kind{errlog.UWSGIBlockSize}, func(_ context.Context, f *sysinfo.Facts, _ *live, u sysinfo.Unit, line sysinfo.LogLine) *Finding {
			found := &Finding{Confidence: 0.97, Summary: fmt.Sprintf("a request of %d bytes is larger than uWSGI's buffer", line.Number), Covers: []ID{"upstream-premature-close"}, Where: iniLine(f, u, "buffer-size")}
			x := Fix{Title: "Give uWSGI a larger buffer", Risk: Medium}
			switch at := found.Where; {
			case at.Line > 0:
				x.Undo = setLine(f.Host.Root, at, configLine(f.Host.Root, at))
				x = x.Do("Raise it", "%s", setLine(f.Host.Root, at, "buffer-size = 32768"))
			case at.Known():
				x.Undo = "sed -i '/^buffer-size = 32768$/d' " + sh(at.File)
				x = x.Do("Add the setting to the section [uwsgi]", "sed -i '/^\\[uwsgi\\]/a buffer-size = 32768' %s", sh(at.File))
			default:
				dir := "/etc/systemd/system/" + u.Name + ".d"
				x.Undo = "rm " + sh(dir) + "/buffer.conf && systemctl daemon-reload"
				x = x.Do("Make a place for the setting", "mkdir -p %s", sh(dir)).
					Do("uWSGI takes settings from its environment too", `printf '[Service]\nEnvironment=UWSGI_BUFFER_SIZE=32768\n' > %s/buffer.conf`, sh(dir)).
					Do("Let systemd read it", "systemctl daemon-reload")
			}
			found.Fix = x.Do("Restart the app", "systemctl restart %s && sleep 2", sh(unitWord(u.Name)))
			return found
		}),
	}
}

// uwsgiAppException: a Python exception under uWSGI is a 502, not a 500.
func uwsgiAppException() Check {
	return Check{
		ID: "uwsgi-app-exception-empty-response", Title: "The app under uWSGI answers its errors itself", Topic: Upstreams,
		Means: `The Python app raised an exception that nothing caught. uWSGI then sends nothing at all, so nginx answers 502 where other servers would
say 500. The traceback is in the app's journal. Mend the app, and let its framework answer errors itself.`,
		Run: appEvent(brokenKinds, []errlog.Kind{errlog.UWSGIEmpty}, func(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, _ sysinfo.LogLine) *Finding {
			found := &Finding{Confidence: 0.95, Summary: "the app raised an exception, and uWSGI sent nothing", Covers: []ID{"upstream-premature-close"},
				Fix: Fix{Title: "Repair the app: the traceback says where", Risk: Low}.Tell("Read the traceback: journalctl -u %s. Its last line is the error, the line above it the place", unitWord(u.Name))}
			if lines, err := f.Journal(ctx, u.Name); err == nil {
				for i := len(lines) - 1; i >= 0; i-- {
					if text := strings.TrimSpace(lines[i].Text); pythonError.MatchString(text) {
						found.Summary += ": " + text
						found.Evidence = append(found.Evidence, Evidence{Source: "journalctl -u " + unitWord(u.Name), Text: text, Time: lines[i].Time})
						found.Evidence = append(found.Evidence, traceback(lines[:i])...)
						break
					}
				}
			}
			return found
		}),
	}
}

// traceback is the innermost place of a Python traceback.
func traceback(lines []sysinfo.JournalLine) []Evidence {
	for i := len(lines) - 1; i >= max(0, len(lines)-6); i-- {
		if text := strings.TrimSpace(lines[i].Text); strings.HasPrefix(text, "File \"") {
			return []Evidence{{Source: "traceback", Text: text}}
		}
	}
	return nil
}

// uwsgiWorkerCrash: a worker of uWSGI died.
func uwsgiWorkerCrash() Check {
	return Check{
		ID: "uwsgi-worker-crash", Title: "No uWSGI worker dies", Topic: Upstreams,
		After: []ID{"uwsgi-harakiri", "oom-killed"},
		Means: `A uWSGI worker died in the middle of a request: it crashed, was killed for memory, or called exit. uWSGI starts another one, and the
visitor gets a 502. The lines before its death in the journal say more.`,
		Run: appEvent(brokenKinds, []errlog.Kind{errlog.UWSGIDied, errlog.UWSGIRespawn}, func(_ context.Context, _ *sysinfo.Facts, _ *live, u sysinfo.Unit, line sysinfo.LogLine) *Finding {
			return &Finding{Confidence: 0.9, Summary: fmt.Sprintf("a worker of %s died (%s)", unitWord(u.Name), died(line.Signal)), Covers: []ID{"upstream-premature-close"},
				Fix: Fix{Title: "Find out what ended the worker", Risk: Low}.Tell("journalctl -u %s shows its last words; signal 9 may be the kernel for memory (journalctl -k), 11 a crash of an extension", unitWord(u.Name))}
		}),
	}
}

func died(signal int) string {
	if signal == 0 {
		return "by itself"
	}
	return fmt.Sprintf("signal %d", signal)
}

// rubyJavaDeath: a worker of a Ruby or Java app went down while it served.
func rubyJavaDeath() Check {
	return Check{
		ID: "ruby-java-worker-death", Title: "No worker of a Ruby or Java app dies", Topic: Upstreams,
		Means: `A worker of the app server died or was killed while it served: out of memory in Java (OutOfMemoryError), a unicorn or Passenger worker
that was ended. The app's own log has the reason; memory is the usual one.`,
		Run: appEvent(brokenKinds, []errlog.Kind{errlog.JavaMemory, errlog.JavaThreads, errlog.WorkerReaped, errlog.PassengerSpawn}, func(_ context.Context, _ *sysinfo.Facts, _ *live, u sysinfo.Unit, line sysinfo.LogLine) *Finding {
			return &Finding{Confidence: 0.9, Summary: fmt.Sprintf("a worker of %s died: %s", unitWord(u.Name), shorten(line.Text)), Covers: []ID{"upstream-premature-close"},
				Fix: Fix{Title: "Give the app the memory it needs, or let it need less", Risk: Medium}.Tell("Compare the app's memory limit (-Xmx, MemoryMax= of %s) with what the machine has, and look for what grew", u.Name)}
		}),
	}
}
