package checks

import (
	"context"
	"fmt"
	"strconv"

	"fix502/sysinfo"
)

// workerSetting is where a server of apps is told how many processes to have; one request keeps one of them busy.
type workerSetting struct {
	program, file, flag, variable pattern
	unset                         string // a line of the unit's that gives more, where nothing is set
	uwsgi                         bool   // its settings are uWSGI's, else gunicorn's
}

// Both have one process unless they are told otherwise (gunicorn/config.py, Workers; uwsgi-docs, Options.rst, processes).
var workerSettings = []workerSetting{
	{whenAsked(`\bgunicorn\b`), whenAsked(`^\s*(workers\s*=\s*)(\d+)\s*(?:#.*)?$`), whenAsked(`((?:--workers[ =]|\s-w[ =]?))(\d+)(?:\s|$)`), whenAsked(`(WEB_CONCURRENCY=["']?)(\d+)`), "Environment=WEB_CONCURRENCY=%d", false},
	{whenAsked(`\buwsgi\b`), whenAsked(`^\s*((?:processes|workers)\s*[=:]\s*)(\d+)\s*(?:#.*)?$`), whenAsked(`((?:--processes|--workers|-p)[ =])(\d+)(?:\s|$)`), whenAsked(`(UWSGI_(?:PROCESSES|WORKERS)=["']?)(\d+)`), "Environment=UWSGI_PROCESSES=%d", true},
}

// sideBySide is how many requests an app that takes one per process should take at least.
const sideBySide = 5

// severalEach says that each process of gunicorn's takes several requests.
var severalEach = whenAsked(`(?:--threads[ =]|^\s*threads\s*=\s*|--worker-class[ =]|-k[ =]|^\s*worker_class\s*=\s*["'])(?:[2-9]|\d\d|gthread|gevent|eventlet|tornado|aio|uvicorn)`)

// busyWorkers: connections wait although the app runs: every process of it works on a request that takes long. That is where the app is short of something, and
// not at the gateway's patience.
func busyWorkers(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding) {
	u := appUnit(ctx, f, l)
	s := l.reach.Listener
	if s == nil || s.Queue == 0 || !u.Running() {
		return
	}
	if set, ok := processesOf(f, u); ok {
		w, x, ok := set.more(f, l, u, Fix{Title: "Give " + unitWord(u.Name) + " more workers", Risk: Medium, Workaround: true})
		if !ok {
			return
		}
		x = asKept(u, x.Do("Start it anew with them; requests in flight are lost", "%s%s", anew(u), warmUp(u)))
		n := len(appWorkers(ctx, f, l))
		busy := fmt.Sprintf("%d of %d workers of %s are", n, n, unitWord(u.Name))
		if n < 2 { // 0: only root may see them
			busy = map[int]string{0: "every", 1: "the one"}[n] + " worker of " + unitWord(u.Name) + " is"
		}
		found.Where, found.Confidence = w, max(found.Confidence, 0.9)
		found.Summary += fmt.Sprintf("; %s busy, and %s", busy, plural(s.Queue, "connection waits", "connections wait"))
		found.Evidence = append([]Evidence{lineOf(f.Host.Root, w), {Source: "ss -ltnx", Text: fmt.Sprintf("%d of %d places in the queue of %s are taken", s.Queue, s.Limit, l.Address())}}, found.Evidence...)
		x = x.Tell("Then see which pages hold a worker for so long (%s), and move such work into a job of its own: more of them than workers lock the app again", showApp(ctx, f, u))
		found.Fix = x
	}
}

// processesOf is how a service's server of apps is told how many processes to have.
func processesOf(f *sysinfo.Facts, u sysinfo.Unit) (workerSetting, bool) {
	for _, set := range workerSettings {
		if set.program.MatchString(commandLines(f, u)) {
			return set, true
		}
	}
	return workerSetting{}, false
}

// enough is how many processes serve those who are served and those who wait, and as many again: whoever is refused is in no count.
func enough(n int, s *sysinfo.Socket) int {
	const many = 32 // of processes, whatever the memory
	waiting := 0
	if s != nil {
		waiting = s.Queue
	}
	return max(2*n, min(max(sideBySide, 2*(n+waiting)), many))
}

// more is the line that says how many processes an app has, and a fix with the way to more of them before the app's start.
func (set workerSetting) more(f *sysinfo.Facts, l *live, u sysinfo.Unit, x Fix) (sysinfo.Place, Fix, bool) {
	files := []string{gunicornSettings(f, u)}
	if set.uwsgi {
		files = uwsgiFiles(f, l, u)
	} else if _, several := inCommand(f, u, severalEach); several {
		return sysinfo.Place{}, x, false
	} else if _, several := lastLineWith(f, files[0], severalEach, "#"); several {
		return sysinfo.Place{}, x, false
	}
	w, ok := inCommand(f, u, set.flag)
	for _, file := range files {
		if !ok {
			w, ok = lastLineWith(f, file, set.file, "#", ";")
		}
	}
	if !ok {
		w, ok = inEnvironment(f, u, set.variable)
	}
	root := f.Host.Root
	if !ok && u.Manager != "" {
		return sysinfo.Place{}, x, false
	}
	if !ok {
		former := x.Undo
		x = daemonReload(dropIn(x, u.Name, "It has one process; let it have more", "Service", fmt.Sprintf(set.unset, enough(1, l.reach.Listener))))
		x.Undo = also(former, x.Undo)
		return execPlace(f, u), x, true
	}
	n, err := strconv.Atoi(w.match[2])
	if err != nil || n == 0 {
		return sysinfo.Place{}, x, false
	}
	was, is := w.match[1]+w.match[2], w.match[1]+strconv.Itoa(enough(n, l.reach.Listener))
	x.Undo = also(x.Undo, replace(root, w.place, is, was))
	x = x.Do(fmt.Sprintf("Each of its %s takes one request at a time: more of them, as far as there is memory", plural(n, "worker", "workers")), "%s", replace(root, w.place, was, is))
	return w.place, readAnew(x, w.place), true
}
