package checks

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"strings"

	"fix502/sysinfo"
)

// needsWorkers are gunicorn's words for a kind of worker whose library is not installed (gunicorn/workers/ggevent.py, geventlet.py, gtornado.py).
var needsWorkers = whenAsked(`^(?:RuntimeError: (gevent|eventlet) worker requires |(?:ModuleNotFoundError|ImportError): No module named '(gevent|eventlet|tornado|uvicorn_worker)')`)

// workersMissing: gunicorn is told to use workers of a library that is not installed. Its own, "sync", serve the same app until it is.
func workersMissing(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u)
	if err != nil || !fails(u) || !runsGunicorn(f, u) {
		return nil
	}
	last := lastSaid(recent(lines), needsWorkers)
	if last == nil {
		return nil
	}
	m := needsWorkers.FindStringSubmatch(strings.TrimSpace(last.Text))
	library := m[1] + m[2]
	if library == "uvicorn_worker" {
		return olderWorkers(f, u, last)
	}
	at := namedIn(f, u, library)
	root := f.Host.Root
	chosen := regexp.MustCompile(`(?:^worker_class\s*=\s*["']|(?:--worker-class|-k)[ =]?)` + library + `\b`)
	if line := configLine(root, at); !chosen.MatchString(line) || strings.Count(line, library) != 1 || QuoteConfig(line) != line {
		return nil
	}
	return &obstacle{where: at, says: fmt.Sprintf("%s chooses workers of %s, which this Python does not have", at, library),
		evidence: []Evidence{{Source: last.Source, Text: strings.TrimSpace(last.Text), Time: last.Time}, lineOf(root, at)},
		clear: func(x Fix) Fix {
			x = x.Tell("If the app cannot do without %s, install that instead: %s", library, pipInstall(u, library))
			x.Undo = replace(root, at, "sync", library)
			return readAnew(x.Do("Let gunicorn use its own workers", "%s", replace(root, at, library, "sync")), at)
		}}
}

// pipInstall is how a library comes to the Python that a service's program runs with.
func pipInstall(u sysinfo.Unit, library string) string {
	if dir := path.Dir(firstWord(u.Exec)); path.IsAbs(dir) && !inside(dir, "/usr") && dir != "/bin" {
		return path.Join(dir, "pip") + " install " + library
	}
	return "apt-get install python3-" + library + ", or the package of that name"
}
