package checks

import (
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// phpSessionLock: one slow page of a visitor holds the file of the session, and every other page of that visitor waits.
func phpSessionLock() Check {
	return Check{
		ID: "php-session-lock", Title: "Sessions do not hold each other up", Topic: Platform,
		Means: `PHP locks a visitor's session file while a page runs, so one slow page makes every other page of the same visitor wait, and time out.
Call session_write_close() as soon as the page no longer writes to the session, above all before slow work.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			p, pool := f.PoolOf(ctx, l.Hop)
			line, _, late := l.has(errlog.ReadTimeout)
			if l.Scheme != "fastcgi" || p == nil || !p.Running() || !l.silent && !late {
				return nil
			}
			b, err := f.Host.Root.ReadFile("/proc/locks")
			if err != nil {
				return &Finding{Status: Unknown, Summary: why(err)}
			}
			workers := map[int]bool{}
			for _, w := range p.Workers[pool.Name] {
				workers[w.PID] = true
			}
			held := sessionsHeld(f, string(b), workers)
			if len(held) == 0 {
				return pass("no worker of pool " + pool.Name + " waits for a session's lock")
			}
			one := held[0]
			found := &Finding{Status: Fail, Confidence: 0.96, Where: pool.Get("listen").Place, Covers: []ID{"upstream-read-timeout", "fpm-workers-exhausted"},
				Summary:  fmt.Sprintf("a slow page of a visitor holds the session %s (worker %d of pool %s), and %s for it", path.Base(one.file), one.holder, pool.Name, plural(len(one.waiting), "other page waits", "other pages wait")),
				Evidence: []Evidence{{Source: "/proc/locks", Text: fmt.Sprintf("FLOCK on %s: held by %d, awaited by %v", one.file, one.holder, one.waiting)}}}
			if late {
				found.Evidence = append(found.Evidence, quoteLine(line))
			}
			found.Fix = Fix{Title: "End the page that holds the session", Risk: Medium, Workaround: true}.
				Do("Its own visitor gets an error, all others go on", "kill %d", one.holder).
				Tell("Let the slow page call session_write_close() before its slow work: from then on the visitor's other pages need not wait. request_slowlog_timeout in %s names the page", pool.Place.File)
			return found
		}),
	}
}

// sessionLock is a session's file for which workers wait.
type sessionLock struct {
	file    string
	holder  int
	waiting []int
}

// sessionsHeld reads /proc/locks (proc(5)): "1: FLOCK  ADVISORY  WRITE 495 00:2d:1234 0 EOF", with "->" behind the number
// for those that wait for that lock.
func sessionsHeld(f *sysinfo.Facts, locks string, workers map[int]bool) []sessionLock {
	var out []sessionLock
	var cur sessionLock
	add := func() {
		if len(cur.waiting) > 0 {
			if cur.file = sessionFile(f, cur.waiting[0]); cur.file != "" {
				out = append(out, cur)
			}
		}
	}
	for line := range strings.Lines(locks) {
		w := strings.Fields(line)
		waits := len(w) > 5 && w[1] == "->"
		if waits {
			w = append(w[:1:1], w[2:]...)
		}
		if len(w) < 6 || w[1] != "FLOCK" {
			continue
		}
		pid, _ := strconv.Atoi(w[4]) // 0 for a process of another namespace
		switch {
		case !waits:
			add()
			cur = sessionLock{holder: pid}
		case workers[pid]:
			cur.waiting = append(cur.waiting, pid)
		}
	}
	add()
	return out
}

// sessionFile is the file of a session that a process has open; only root may see.
func sessionFile(f *sysinfo.Facts, pid int) string {
	fds, _ := f.Host.Root.Glob(fmt.Sprintf("/proc/%d/fd/*", pid)) // none: not ours to see
	for _, fd := range fds {
		if to, err := f.Host.Root.Readlink(fd); err == nil && strings.HasPrefix(path.Base(to), "sess_") {
			return to
		}
	}
	return ""
}
