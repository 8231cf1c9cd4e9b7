package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
	"fix502/sysinfo/phpfpm"
)

// fpmWorkersExhausted: every worker is busy, and requests wait in the socket's queue.
func fpmWorkersExhausted() Check {
	return Check{
		ID: "fpm-workers-exhausted", Title: "PHP has workers to spare", Topic: Server,
		After: []ID{"mysql-slow", "external-api-slow", "php-session-lock"},
		Means: `All workers of the pool are busy, so new requests wait in the socket's queue until the gateway gives up: first 504, and 502 when the
queue itself is full. Quick pages fail as well. Either the pool is too small for the traffic, or the workers are all held by one slow
thing (a query, an API): then more workers only move the pile. Raise pm.max_children only as far as the memory goes.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if l.Scheme != "fastcgi" || l.reach.Listener == nil {
				return nil
			}
			p, pool := f.PoolOf(ctx, l.Hop)
			if p == nil || !p.Running() {
				return nil
			}
			limit := pool.Get("pm.max_children").Int()
			workers := len(p.Workers[pool.Name])
			queue := l.reach.Listener.Queue
			line, _, warned := poolLine(ctx, f, pool.Name, errlog.FPMMaxChildren)
			warned = warned && l.after(line)
			if _, _, still := frozen(ctx, f, l); still {
				return nil
			}
			itself, proof, back := 0, Evidence{}, false
			if workers >= limit && (l.hit || l.silent) {
				itself, proof = askingItself(ctx, f, l, p.Workers[pool.Name])
				if line, ok := calledBack(ctx, f, l); itself == 0 && ok {
					back, proof = true, quoteLine(line)
				}
			}
			full := workers >= limit && (queue > 0 || itself > 0 || back)
			if !full && !(warned && l.slow()) {
				return pass(fmt.Sprintf("pool %s has %d of %d workers, and %d requests wait", pool.Name, workers, limit, queue))
			}
			at := sysinfo.Place(pool.Get("pm.max_children").Place)
			found := &Finding{Status: Fail, Confidence: 0.93, Where: at, Covers: []ID{"upstream-read-timeout", "listen-backlog-full-unix"},
				Summary:  fmt.Sprintf("all %d workers of pool %s are busy and %s", limit, pool.Name, plural(queue, "request waits", "requests wait")),
				Evidence: []Evidence{{Source: "ss -lx", Text: fmt.Sprintf("%s: %d waiting, room for %d", l.reach.Listener, queue, l.reach.Listener.Limit)}, lineOf(f.Host.Root, at)}}
			if itself > 0 {
				found.Summary = fmt.Sprintf("all %d workers of pool %s are busy, and %d of them wait for a page of this same server", limit, pool.Name, itself)
				found.Evidence = append(found.Evidence, proof)
			}
			if back {
				found.Summary = fmt.Sprintf("all %d workers of pool %s are busy, and a page that this machine itself asks for waits too: a page may call its own site", limit, pool.Name)
				found.Evidence = append(found.Evidence, proof)
			}
			if p.Unit.StatusText != "" {
				found.Evidence = append(found.Evidence, Evidence{Source: "systemctl status " + p.Name(), Text: p.Unit.StatusText})
			}
			if warned {
				found.Evidence = append(found.Evidence, quoteLine(line))
			}
			if !full {
				found.When, found.Summary = Intermittent, fmt.Sprintf("pool %s runs out of its %d workers at times", pool.Name, limit)
			}
			if l.reach.Listener.Full() {
				found.Covers = nil // listen-backlog-full-unix says it better
				found.Confidence = 0.9
			}
			found.Fix = moreWorkers(ctx, f, p, pool, limit)
			return withLine(found, l, errlog.ReadTimeout, errlog.ConnectUnixFull)
		}),
	}
}

// slow says that requests of this hop timed out since it is what it is.
func (l *live) slow() bool {
	line, _, ok := l.has(errlog.ReadTimeout, errlog.ConnectUnixFull)
	return ok && l.after(line)
}

// moreWorkers raises pm.max_children as far as the memory goes, and never beyond.
func moreWorkers(ctx context.Context, f *sysinfo.Facts, p *sysinfo.FPM, pool *phpfpm.Pool, limit int) Fix {
	x := Fix{Title: "Free the workers, and give the pool as many as the memory carries", Risk: Medium}
	n, why := afford(ctx, f, p, pool, limit)
	at := sysinfo.Place(pool.Get("pm.max_children").Place)
	if n > limit && at.Known() {
		x.Undo = setLine(f.Host.Root, at, configLine(f.Host.Root, at))
		x = x.Do(fmt.Sprintf("Raise the limit from %d to %d: %s", limit, n, why), "%s", setLine(f.Host.Root, at, fmt.Sprintf("pm.max_children = %d", n)))
	} else {
		x = x.Tell("Do not raise pm.max_children: %s", why)
	}
	x = fpmRestart(p, x)
	return x.Tell("Then see what holds the workers: request_slowlog_timeout = 5s and slowlog = /var/log/php-slow.log in the pool name the function each slow request waits in")
}

// afford is how many workers the memory carries: what is available now plus what the pool has, less a reserve,
// divided by what one worker costs alone (PSS, not RSS, which counts shared pages in each).
func afford(ctx context.Context, f *sysinfo.Facts, p *sysinfo.FPM, pool *phpfpm.Pool, limit int) (int, string) {
	m, err := f.Host.Meters.Memory(ctx)
	if err != nil {
		return limit, "the memory could not be looked at"
	}
	cost, measured := f.WorkerCost(p.Workers[pool.Name])
	const least = 32 << 20 // a worker that has served little looks too cheap
	cost = max(cost, least)
	reserve := max(m.Total/10, 256<<20)
	have := m.Available + uint64(len(p.Workers[pool.Name]))*measured
	if have < reserve {
		return limit, fmt.Sprintf("only %d MiB of memory are available", m.Available>>20)
	}
	n := int((have - reserve) / cost)
	return min(n, max(limit*4, 10)), fmt.Sprintf("%d MiB are available and a worker takes about %d MiB", m.Available>>20, cost>>20)
}
