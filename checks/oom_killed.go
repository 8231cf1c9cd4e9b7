package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// oomKilled: the kernel ended the app, or one of its workers, for want of memory.
func oomKilled() Check {
	return Check{
		ID: "oom-killed", Title: "Nothing was killed for want of memory", Topic: Server,
		Means: `The kernel (or systemd-oomd) killed the app or one of its workers, because the machine or the service's own limit had no memory left. The
request in flight gets a 502 or 503; when the main process was hit, all do until it is up again. The kernel log names process and size.
Lower what the app takes (fewer workers, a lower memory_limit), raise the service's MemoryMax, or add memory.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			b, ok := backend(ctx, f, l)
			if !ok {
				return nil
			}
			k := b.kill(ctx, f)
			if k == nil {
				if b.blind != nil && b.nine {
					return &Finding{Status: Unknown, Summary: why(b.blind)}
				}
				return pass(fmt.Sprintf("no kill of %s for want of memory is known", b.name))
			}
			return b.finding(ctx, f, l, k)
		}),
	}
}

// back is the program behind a hop, as far as a kill concerns it.
type back struct {
	name  string // "php8.2-fpm"
	comm  string // what the kernel calls its processes begin with: "php-fpm"
	unit  sysinfo.Unit
	pool  sysinfo.Place
	since time.Time // when its main process started
	lines []sysinfo.LogLine
	nine  bool  // its own log tells of signal 9
	blind error // why the kernel's log could not be read
}

func backend(ctx context.Context, f *sysinfo.Facts, l *live) (back, bool) {
	if p, pool := f.PoolOf(ctx, l.Hop); p != nil {
		b := back{name: p.Name(), comm: "php-fpm", unit: p.Unit, pool: pool.Get("pm.max_children").Place}
		if p.Master != nil {
			b.since = p.Master.Start
		}
		if !b.pool.Known() {
			b.pool = pool.Place
		}
		if line, _, ok := poolLine(ctx, f, pool.Name, errlog.FPMKilled); ok && (line.Signal == 9 || line.Signal == 0) {
			b.lines, b.nine = append(b.lines, line), true
		}
		return b, true
	}
	var b back
	if o := l.reach.Owner; o != nil {
		b = back{name: o.Name, comm: o.Name, since: o.Start}
		if u, ok := f.Unit(ctx, f.UnitOf(o.PID)); ok {
			b.unit, b.name = u, unitWord(u.Name)
		}
		return b, o.Name != "nginx"
	}
	if u := f.AppFor(ctx, l.Hop).Unit; u.Name != "" {
		b = back{name: unitWord(u.Name), unit: u}
		b.comm = path.Base(strings.Fields(u.Exec + " ?")[0])
		return b, true
	}
	return b, false
}

func (b *back) finding(ctx context.Context, f *sysinfo.Facts, l *live, k *kill) *Finding {
	found := &Finding{Status: Fail, When: Intermittent, Confidence: k.sure, Evidence: k.evidence,
		Summary: fmt.Sprintf("%s was killed for want of memory at %s", b.name, k.at.Format("15:04:05")),
		Covers:  []ID{"fpm-stale-socket", "fpm-not-running", "upstream-premature-close", "upstream-port-nothing-listening", "start-limit-hit", "socket-path-mismatch", "mid-body-failure", "node-crash", "no-live-upstreams", "uwsgi-worker-crash"}}
	if b.nine && b.unit.Result != "oom-kill" {
		found.Summary = "a worker of " + found.Summary
	}
	broke, now, ok := l.has(append(slices.Clone(brokenKinds), connectKinds...)...)
	switch {
	case l.reach.Broken() && (b.unit.Result == "oom-kill" || !b.unit.Running() && b.unit.Name != ""):
		found.When, found.Status = Now, l.broken()
	case ok && now && within(broke.Time, f.Host.Now(), time.Minute) && l.hit:
		found.When = Now
	case !k.mine && !(ok && within(broke.Time, k.at, 5*time.Second)):
		found.Status = Warn // a process of that name, perhaps of something else
		found.Summary = fmt.Sprintf("a process named %s was killed for want of memory at %s", b.comm, k.at.Format("15:04:05"))
	case k.at.Before(l.settled()) && !ok:
		found.Status = Warn // started anew since, and nobody noticed
	case k.at.Before(b.since.Add(-time.Second)):
		found.Status = Warn
	}
	if ok {
		found.Evidence = append(found.Evidence, quoteLine(broke))
	}
	found.Where, found.Fix = b.room(ctx, f, k)
	if found.Where.Known() {
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, found.Where))
	}
	return found
}

// room is the place that limits the memory, and how to give more of it or need less.
func (b *back) room(ctx context.Context, f *sysinfo.Facts, k *kill) (sysinfo.Place, Fix) {
	x := Fix{Title: "Let " + b.name + " need less memory, or give it more", Risk: Medium}
	at, _ := unitLine(f, b.unit, "MemoryMax")
	limit, _ := strconv.ParseUint(b.unit.Props["MemoryMax"], 10, 64)
	m, err := f.Host.Meters.Memory(ctx)
	if k.group && limit > 0 {
		if err == nil && m.Available > limit {
			x.Undo = fmt.Sprintf("systemctl set-property %s MemoryMax=%d", sh(unitWord(b.unit.Name)), limit)
			more := 2 * limit
			for k.asked < m.Available/2 && more < k.asked { // what Node or Java reserve is more than they ever use, and mostly more than this
				more *= 2
			}
			x = x.Do(fmt.Sprintf("Raise the service's limit from %s to %s: %s are available", size(limit), size(more), size(m.Available)), "systemctl set-property %s MemoryMax=%d", sh(unitWord(b.unit.Name)), more)
		} else {
			x = x.Tell("The service may take %s (MemoryMax), and the machine has no more to give: it has to need less", size(limit))
		}
	} else if err == nil {
		x = x.Tell("The machine has %s of memory, %s available, %s of swap: add some, or let programs need less", size(m.Total), size(m.Available), size(m.SwapTotal))
	}
	if b.comm == "php-fpm" {
		x = x.Tell("Workers times memory_limit has to fit: look at pm.max_children at %s and memory_limit in php.ini; the page in the log lines may be the one that takes it all", b.pool)
		if !at.Known() {
			at = b.pool
		}
	} else {
		x = x.Tell("Look at what %s takes over time (systemctl status %s): a leak grows until it is killed again", b.name, b.name)
	}
	if b.unit.Active == "failed" || b.unit.Active == "inactive" {
		x = x.Do("Start it again", "%s%s", anew(b.unit), warmUp(b.unit))
	}
	return at, x
}
