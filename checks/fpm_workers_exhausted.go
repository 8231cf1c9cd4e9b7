package checks

import (
	"cmp"
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
			if _, _, still := frozen(ctx, f, l); still {
				return nil
			}
			return busyPool{l, p, pool, len(p.Workers[pool.Name]), pool.Get("pm.max_children").Int()}.tell(ctx, f)
		}),
	}
}

// busyPool is a pool that a hop reaches, and how many workers it has of how many it may have.
type busyPool struct {
	l              *live
	fpm            *sysinfo.FPM
	pool           *phpfpm.Pool
	workers, limit int
}

func (b busyPool) tell(ctx context.Context, f *sysinfo.Facts) *Finding {
	l, queue := b.l, b.l.reach.Listener.Queue
	if queue > 0 && !l.hit && !l.silent {
		queue = f.StillWaits(ctx, *l.reach.Listener)
	}
	line, _, warned := poolLine(ctx, f, b.pool.Name, errlog.FPMMaxChildren)
	warned = warned && l.after(line)
	waits, proof := "", Evidence{}
	if b.workers >= b.limit && (l.hit || l.silent) {
		waits, proof = b.forItself(ctx, f)
	}
	full := b.workers >= b.limit && (queue > 0 || waits != "")
	if !full && !(warned && l.slow()) {
		if b.workers == 0 && queue > 0 {
			return nil // the master starts none: nothing is to spare, and what is in its way others tell
		}
		return pass(fmt.Sprintf("pool %s has %d of %d workers, and %d requests wait", b.pool.Name, b.workers, b.limit, queue))
	}
	at := b.pool.Get("pm.max_children").Place
	found := &Finding{Status: Fail, Confidence: 0.93, Where: at, Covers: []ID{"upstream-read-timeout", "listen-backlog-full-unix"},
		Summary:  b.allBusy() + cmp.Or(waits, " and "+plural(queue, "request waits", "requests wait")),
		Evidence: []Evidence{{Source: "ss -lx", Text: fmt.Sprintf("%s: %d waiting, room for %d", l.reach.Listener, queue, l.reach.Listener.Limit)}, lineOf(f.Host.Root, at)}}
	if waits != "" {
		found.Evidence = append(found.Evidence, proof)
	}
	if b.fpm.Unit.StatusText != "" {
		found.Evidence = append(found.Evidence, Evidence{Source: "systemctl status " + b.fpm.Name(), Text: b.fpm.Unit.StatusText})
	}
	if warned {
		found.Evidence = append(found.Evidence, quoteLine(line))
	}
	if !full {
		found.When, found.Summary = Intermittent, fmt.Sprintf("pool %s runs out of its %s at times", b.pool.Name, plural(b.limit, "worker", "workers"))
	}
	if l.reach.Listener.Full() {
		found.Covers = nil // listen-backlog-full-unix says it better
		found.Confidence = 0.9
	}
	found.Fix = moreWorkers(ctx, f, b.fpm, b.pool, b.limit)
	slowPagesOf(ctx, f, l, ofWorkers(b.fpm.Workers[b.pool.Name])).add(found)
	return withLine(found, l, errlog.ReadTimeout, errlog.ConnectUnixFull)
}

// allBusy says so in a sentence's beginning.
func (b busyPool) allBusy() string {
	if b.limit == 1 {
		return fmt.Sprintf("the only worker of pool %s is busy", b.pool.Name)
	}
	return fmt.Sprintf("all %d workers of pool %s are busy", b.limit, b.pool.Name)
}

// forItself says that workers wait for a page of this same server, which no worker is left for.
func (b busyPool) forItself(ctx context.Context, f *sysinfo.Facts) (string, Evidence) {
	if n, proof := askingItself(ctx, f, b.l, b.fpm.Workers[b.pool.Name]); n > 0 {
		return map[bool]string{true: ", and it waits", false: ", and " + plural(n, "of them waits", "of them wait")}[b.limit == 1] + " for a page of this same server", proof
	}
	if line, ok := calledBack(ctx, f, b.l); ok {
		return ", and a page that this machine itself asks for waits too: a page may call its own site", quoteLine(line)
	}
	return "", Evidence{}
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
	at := pool.Get("pm.max_children").Place
	if n > limit && at.Known() {
		x.Undo = setLine(f.Host.Root, at, configLine(f.Host.Root, at))
		x = x.Do(fmt.Sprintf("Raise the limit from %d to %d: %s", limit, n, why), "%s", setLine(f.Host.Root, at, fmt.Sprintf("pm.max_children = %d", n)))
	} else {
		x = x.Tell("Do not raise pm.max_children: %s", why)
	}
	x = fpmRestart(p, x)
	if notesSlow(pool) {
		return x.Tell("Then see what holds the workers: %s names the function each slow request waits in", pool.Absolute(pool.Get("slowlog").Text))
	}
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
