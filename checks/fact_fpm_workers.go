package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/phpfpm"
)

func fpmWorkersFact() Check {
	return Check{
		ID: "fpm-workers", Title: "PHP's workers fit into the memory", Topic: Server,
		Means: `How many workers the pool has of those it may have, how many requests wait in its socket, what one worker takes (its own share, PSS; with root),
and how many would fit beside everything else that uses memory now. If pm.max_children is larger than what fits, a busy hour ends with the kernel killing PHP or
the database (oom-killed). Then the right number is a lower one.`,
		Run: perPool(func(ctx context.Context, f *sysinfo.Facts, l *live, p *sysinfo.FPM, pool *phpfpm.Pool) *Finding {
			if !p.Running() {
				return nil
			}
			limit, workers := pool.Get("pm.max_children").Int(), len(p.Workers[pool.Name])
			say := fmt.Sprintf("pool %s has %d of %d workers", pool.Name, workers, limit)
			if q := l.reach.Listener; q != nil {
				say += fmt.Sprintf(", %d of %d places in its queue taken", q.Queue, q.Limit)
			}
			found := &Finding{Status: Pass, Summary: say}
			if p.Unit.StatusText != "" {
				found.Evidence = append(found.Evidence, Evidence{Source: "systemctl status " + p.Name(), Text: p.Unit.StatusText})
			}
			cost, mean := f.WorkerCost(p.Workers[pool.Name])
			m, err := f.Host.Meters.Memory(ctx)
			if cost == 0 || err != nil {
				return found
			}
			safe := fitting(m, workers, cost, mean)
			found.Summary += fmt.Sprintf("; a worker takes up to %s, so %d fit", size(cost), safe)
			found.Evidence = append(found.Evidence, Evidence{Source: "/proc/PID/smaps_rollup, /proc/meminfo", Text: fmt.Sprintf("a worker takes %s (mean %s); %s of %s available, a tenth kept free", size(cost), size(mean), size(m.Available), size(m.Total))})
			if at := pool.Get("pm.max_children").Place; safe < limit && at.Known() {
				found.Status, found.Where = Warn, at
				found.Summary += ": lower pm.max_children"
				found.Fix = fewerWorkers(f, p, at, max(safe, 2))
			}
			return found
		}),
	}
}

// fitting is how many workers the memory carries: what is available and what the pool has now, less a tenth.
func fitting(m sysinfo.Memory, workers int, cost, mean uint64) int {
	have, reserve := m.Available+uint64(workers)*mean, m.Total/10
	if have < reserve {
		return 1
	}
	return max(1, int((have-reserve)/cost))
}

func fewerWorkers(f *sysinfo.Facts, p *sysinfo.FPM, at sysinfo.Place, n int) Fix {
	x := Fix{Title: fmt.Sprintf("Lower the limit to %d, before the kernel has to kill", n), Risk: Medium, Undo: setLine(f.Host.Root, at, configLine(f.Host.Root, at))}
	x = x.Tell("In a dynamic pool the spare numbers and pm.start_servers must not be larger than %d", n).
		Do("Set the limit", "%s", setLine(f.Host.Root, at, fmt.Sprintf("pm.max_children = %d", n)))
	return fpmRestart(p, x)
}
