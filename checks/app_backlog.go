package checks

import (
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

var (
	backlogFlag = whenAsked(`(--backlog[ =])(\d+)`)
	backlogLine = whenAsked(`^\s*(backlog\s*=\s*)(\d+)`)
	listenFlag  = whenAsked(`(--listen[ =]|\s-l )(\d+)`)
	listenLine  = whenAsked(`^\s*(listen\s*[=:]\s*)(\d+)`)
)

// usualQueue is how many may wait at a socket before a program's own default is short: half of what gunicorn, uWSGI and Node take.
const usualQueue = 64

// shortQueue: the queue is full because a line of the app's settings makes it short. It is given the length that the program takes by
// itself: gunicorn 2048, uWSGI 100 (their documentation of backlog and listen).
func shortQueue(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding) bool {
	u := appUnit(ctx, f, l)
	if kernelsQueue(f, l, u, found) {
		return true
	}
	w, usual, ok := queueSetting(f, l, u)
	if !ok || u.Name == "" {
		return false
	}
	n, err := strconv.Atoi(w.match[2])
	if err != nil || n >= usualQueue {
		return false
	}
	root := f.Host.Root
	found.Where = w.place
	found.Summary += fmt.Sprintf("; %s makes it that short", w.place)
	found.Evidence = append(found.Evidence, lineOf(root, w.place))
	was, now := w.match[1]+w.match[2], w.match[1]+strconv.Itoa(usual)
	x := Fix{Title: "Give the queue its usual length", Risk: Medium, Undo: replace(root, w.place, now, was)} // never the whole line: a password may stand on it
	x = x.Do("As long as the program itself would make it", "%s", replace(root, w.place, was, now))
	if w.unit {
		x = daemonReload(x)
	}
	if set, ok := processesOf(f, u); ok {
		if _, more, ok := set.more(f, l, u, x); ok { // a longer queue alone would let them wait longer
			x = more
		}
	}
	found.Fix = asKept(u, x.Do("Start the app with it", "%s%s", anew(u), warmUp(u))).
		Tell("If it fills again, the app has too few workers for its slow pages. Find out what they wait for (its log, its database); more workers help where each serves one visitor at a time and nothing is kept in a worker's own memory")
	return true
}

// kernelsQueue: the kernel makes every queue that short (net.core.somaxconn), whatever the programs ask for (listen(2)).
func kernelsQueue(f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) bool {
	const key, file, usual = "net.core.somaxconn", "/proc/sys/net/core/somaxconn", 4096 // Linux's own since 5.4
	b, err := f.Host.Root.ReadFile(file)
	n, err2 := strconv.Atoi(strings.TrimSpace(string(b)))
	if err != nil || err2 != nil || n >= usualQueue || l.reach.Listener == nil || l.reach.Listener.Limit < n || u.Name == "" {
		return false
	}
	found.Summary += fmt.Sprintf("; %s = %d makes every queue of this machine that short", key, n)
	found.Evidence = append(found.Evidence, Evidence{Source: file, Text: strconv.Itoa(n)})
	if at := sysctlLine(f, key); at.Known() {
		found.Where = at
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
	}
	x := setKernel(f, Fix{Title: "Give the kernel's queues their usual length", Risk: Medium}, "Now", key, fmt.Sprint(usual), fmt.Sprint(n))
	found.Fix = x.Do("A program asks for its queue at its start", "%s%s", anew(u), warmUp(u)).
		Tell("If it fills again, the app has too few workers for its slow pages: find out what they wait for")
	return true
}

// queueSetting is the line that says how long an app's queue is, and how long the program makes it by itself.
func queueSetting(f *sysinfo.Facts, l *live, u sysinfo.Unit) (w written, usual int, ok bool) {
	if l.Scheme == "uwsgi" {
		if w, ok = inCommand(f, u, listenFlag); ok {
			return w, 100, true
		}
		if at := iniLine(f, l, u, "listen"); at.Line > 0 {
			w, ok = lastLineWith(f, at.File, listenLine, "#", ";")
		}
		return w, 100, ok
	}
	if w, ok = inCommand(f, u, backlogFlag); ok {
		return w, 2048, true
	}
	w, ok = lastLineWith(f, gunicornSettings(f, u), backlogLine, "#")
	return w, 2048, ok
}

// gunicornSettings is gunicorn's file of settings, named or not.
func gunicornSettings(f *sysinfo.Facts, u sysinfo.Unit) string {
	name := "gunicorn.conf.py"
	if w, ok := inCommand(f, u, gunicornFile); ok {
		name = w.match[1]
	}
	if !path.IsAbs(name) {
		name = path.Join("/", u.Folder(), name)
	}
	return name
}
