package checks

import (
	"context"
	"path"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo"
)

// idleTime is how long somebody keeps a connection on which nothing is asked.
type idleTime struct {
	lasts time.Duration // 0: for as long as the other end does
	where sysinfo.Place // the line that says so; unknown for a default
	owner string        // whose it is: "nginx", "Node"
}

var (
	nodeIdle     = whenAsked(`\bkeepAliveTimeout\s*[=:]\s*(\d[\d_]*)(?:\s*\*\s*(\d[\d_]*))?`)
	nodeServes   = whenAsked(`\bhttps?\b|\bexpress\b|\bfastify\b|\bkoa\b`)
	gunicornIdle = whenAsked(`(?:^|[\s"'=])(--keep-alive[ =])(\d+)`)
	gunicornKeep = whenAsked(`^\s*(keepalive\s*=\s*)(\d+)`)
	gunicornKind = whenAsked(`(?:--worker-class[ =]|-k[ =]?|--threads[ =])(\S+)`)
	gunicornSort = whenAsked(`^\s*(?:worker_class|threads)\s*=\s*["']?(\w+)`)
	uvicornIdle  = whenAsked(`(--timeout-keep-alive[ =])(\d+)`)
	pumaIdle     = whenAsked(`^\s*(persistent_timeout[ (]+)(\d+)`)
)

// appIdle is how long a hop's app keeps an idle connection, by its own settings or as its server does where nothing is set.
func appIdle(ctx context.Context, f *sysinfo.Facts, l *live) (idleTime, bool) {
	u := appUnit(ctx, f, l)
	set := func(owner string, w written, ok bool, usual int) (idleTime, bool) {
		if !ok {
			return idleTime{time.Duration(usual) * time.Second, sysinfo.Place{}, owner}, true
		}
		n, err := strconv.Atoi(w.match[2])
		return idleTime{time.Duration(n) * time.Second, w.place, owner}, err == nil
	}
	switch {
	case u.Name == "":
		return idleTime{}, false
	case strings.Contains(u.Exec, "uvicorn") && !strings.Contains(u.Exec, "gunicorn"):
		w, ok := inCommand(f, u, uvicornIdle)
		return set("uvicorn", w, ok, 5)
	case strings.Contains(u.Exec, "gunicorn"):
		if !gunicornKeeps(f, u) {
			return idleTime{}, false
		}
		w, ok := inCommand(f, u, gunicornIdle)
		if !ok {
			w, ok = lastLineWith(f, gunicornSettings(f, u), gunicornKeep, "#")
		}
		return set("gunicorn", w, ok, 2)
	case strings.Contains(u.Exec, "puma"):
		w, ok := lastLineWith(f, path.Join("/", u.Folder(), "config/puma.rb"), pumaIdle, "#")
		if !ok {
			return idleTime{}, false // its releases differ
		}
		return set("puma", w, ok, 0)
	case u.Tomcat():
		return tomcatIdle(ctx, f, l, u)
	case nodeApp.MatchString(u.Exec):
		return nodeIdleOf(f, u)
	}
	return idleTime{}, false
}

// gunicornKeeps says that its workers keep connections at all: those of its default class do not (gunicorn.org, "keepalive").
func gunicornKeeps(f *sysinfo.Facts, u sysinfo.Unit) bool {
	w, ok := inCommand(f, u, gunicornKind)
	if !ok {
		w, ok = lastLineWith(f, gunicornSettings(f, u), gunicornSort, "#")
	}
	return ok && w.match[1] != "sync" && w.match[1] != "1"
}

// nodeIdleOf reads the file that Node is started with. Node closes after 5 seconds (nodejs.org, server.keepAliveTimeout); 0 is never.
func nodeIdleOf(f *sysinfo.Facts, u sysinfo.Unit) (idleTime, bool) {
	for word := range strings.FieldsSeq(u.Exec) {
		ext := path.Ext(word)
		if ext != ".js" && ext != ".mjs" && ext != ".cjs" {
			continue
		}
		file := word
		if !path.IsAbs(file) {
			file = path.Join("/", u.Folder(), word)
		}
		i, err := f.Host.Root.Stat(file)
		if err != nil || i.Size > 256<<10 || strayLink(f.Host.Root, file) {
			return idleTime{}, false
		}
		if w, ok := lastLineWith(f, file, nodeIdle, "//", "*"); ok {
			n := digitsOf(w.match[1])
			if w.match[2] != "" {
				n *= digitsOf(w.match[2])
			}
			return idleTime{time.Duration(n) * time.Millisecond, w.place, "Node"}, true
		}
		_, serves := lastLineWith(f, file, nodeServes, "//", "*")
		return idleTime{5 * time.Second, sysinfo.Place{}, "Node"}, serves
	}
	return idleTime{}, false
}

func digitsOf(digits string) int {
	n, _ := strconv.Atoi(strings.ReplaceAll(digits, "_", "")) // digits are all that the expression lets through
	return n
}

// tomcatIdle is that of the connector at a hop's port.
func tomcatIdle(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit) (idleTime, bool) {
	all, err := f.Tomcat(ctx, u)
	if err != nil {
		return idleTime{}, false
	}
	for _, c := range all {
		if !c.Off && c.Port == l.Port && c.Idle > 0 {
			return idleTime{c.Idle, c.Place, "Tomcat"}, true
		}
	}
	return idleTime{}, false
}
