package checks

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"slices"
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
			held := slices.DeleteFunc(locksAwaited(string(b), workers), func(one fileLock) bool { return sessionFile(f, one.waiting[0]) == "" && f.Host.UID == 0 })
			if len(held) == 0 {
				return pass("no worker of pool " + pool.Name + " waits for a session's lock")
			}
			one := held[0]
			file := sessionFile(f, one.waiting[0])
			if file == "" {
				return &Finding{Status: Fail, Confidence: 0.8, Where: pool.Place, Covers: []ID{"upstream-read-timeout", "fpm-workers-exhausted", "apache-proxy-timeout"},
					Summary:  fmt.Sprintf("worker %d of pool %s holds a file's lock, and %s for it: mostly a visitor's session", one.holder, pool.Name, plural(len(one.waiting), "other page waits", "other pages wait")),
					Evidence: []Evidence{{Source: "/proc/locks", Text: fmt.Sprintf("FLOCK held by %d, awaited by %v", one.holder, one.waiting)}},
					Fix:      Fix{Title: "See whose file it is", Risk: Low}.Tell("Only root may see which file that is: run fix502 again with sudo")}
			}
			found := &Finding{Status: Fail, Confidence: 0.96, Where: pool.Get("listen").Place, Covers: []ID{"upstream-read-timeout", "fpm-workers-exhausted", "apache-proxy-timeout"},
				Summary:  fmt.Sprintf("a slow page of a visitor holds the session %s (worker %d of pool %s), and %s for it", path.Base(file), one.holder, pool.Name, plural(len(one.waiting), "other page waits", "other pages wait")),
				Evidence: []Evidence{{Source: "/proc/locks", Text: fmt.Sprintf("FLOCK on %s: held by %d, awaited by %v", file, one.holder, one.waiting)}}}
			if late {
				found.Evidence = append(found.Evidence, quoteLine(line))
			}
			if at := sessionNamed(f.Host.Root, l.Site.Root, strings.TrimPrefix(path.Base(file), "sess_")); at.Known() {
				found.Where = at
				found.Summary += ": one session for many visitors, whose name stands in the code"
				found.Evidence = append(found.Evidence, codeLine(f.Host.Root, at))
			}
			found.Fix = Fix{Title: "End the page that holds the session", Risk: Medium, Workaround: true}.
				Do("Its own visitor gets an error, all others go on", "kill %d", one.holder).
				Tell("Let the slow page call session_write_close() before its slow work: from then on the visitor's other pages need not wait. request_slowlog_timeout in %s names the page", pool.Place.File)
			return found
		}),
	}
}

// sessionFile is the file of a session that a process has open; only root may see.
func sessionFile(f *sysinfo.Facts, pid int) string {
	for _, file := range filesOpenBy(f, pid) {
		if strings.HasPrefix(path.Base(file), "sess_") {
			return file
		}
	}
	return ""
}

// maxSessionCode is how many files of a site are read for the name of a session.
const maxSessionCode = 300

// sessionNamed is the line of a site's code that gives a session its name (session_id), where visitors do not have one each.
func sessionNamed(r sysinfo.Root, dir, id string) sysinfo.Place {
	if dir == "" || id == "" {
		return sysinfo.Place{}
	}
	says, left := regexp.MustCompile(`session_id\(\s*['"]`+regexp.QuoteMeta(id)+`['"]`), maxSessionCode
	for _, pattern := range []string{"*.php", "*/*.php", "*/*/*.php"} {
		names, _ := r.Glob(path.Join(dir, pattern)) // a folder without any has none
		for _, name := range names[:min(len(names), max(left, 0))] {
			left--
			if i, err := r.Stat(name); err != nil || i.Size > 64<<10 || strayLink(r, name) {
				continue
			}
			for at, line := range linesIn(r, name) {
				if says.MatchString(line) {
					return at
				}
			}
		}
	}
	return sysinfo.Place{}
}
