package checks

import (
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// olderWorkers: gunicorn is told to use the workers of the package uvicorn-worker, which is not installed; uvicorn itself, which is, has had the same ones (uvicorn/workers.py).
func olderWorkers(f *sysinfo.Facts, u sysinfo.Unit, said *sysinfo.JournalLine) *obstacle {
	at := saidIn(f, u, uvicornWorker)
	r := f.Host.Root
	line := configLine(r, at)
	if !at.Known() || strings.Count(line, "uvicorn_worker.") != 1 || QuoteConfig(line) != line {
		return nil
	}
	o := &obstacle{where: at, says: fmt.Sprintf("%s chooses workers of uvicorn_worker, which this Python does not have", at),
		evidence: []Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}, lineOf(r, at)}}
	o.clear = func(x Fix) Fix {
		if !uvicornHere(r, u) {
			return x.Tell("Install it where the service's Python finds it: %s", strings.ReplaceAll(pipInstall(u, "uvicorn-worker"), "python3-uvicorn-worker", "python3-uvicorn"))
		}
		x.Undo = replace(r, at, "uvicorn.workers.", "uvicorn_worker.")
		return readAnew(x.Do("Use the ones that uvicorn itself has", "%s", replace(r, at, "uvicorn_worker.", "uvicorn.workers.")), at)
	}
	return o
}

var uvicornWorker = whenAsked(`\buvicorn_worker\.`)
