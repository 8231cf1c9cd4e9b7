package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
)

// heldState is the state of a process that a signal holds (SIGSTOP, a debugger): proc_pid_stat(5).
const heldState = 'T'

// frozen says that the program behind a hop is held by a signal: it takes no time and answers nobody, and its service is
// "active". who is its service, or its first process.
func frozen(ctx context.Context, f *sysinfo.Facts, l *live) (who string, x Fix, ok bool) {
	held := l.reach.Owner
	u := appUnit(ctx, f, l)
	if p, pool := f.PoolOf(ctx, l.Hop); p != nil && p.Running() {
		held, u = p.Master, p.Unit
		for _, w := range p.Workers[pool.Name] {
			if w.State != heldState {
				return "", x, false
			}
			held = &w
		}
	}
	if held == nil || held.State != heldState {
		return "", x, false
	}
	x = Fix{Title: "Let it go on", Risk: Low}
	if u.Name != "" && u.Manager == "" && f.UnitOf(held.PID) == u.Name {
		return unitWord(u.Name), letGoOn(x, u).
			Tell("Somebody, or a debugger, stopped it with a signal; find out who, before it happens again"), true
	}
	return fmt.Sprintf("%s (pid %d)", held.Name, held.PID), x.Do("Let it go on where it stopped", "kill -CONT %d && sleep 1", held.PID), true
}

// letGoOn lets a service go on that a signal holds.
func letGoOn(x Fix, u sysinfo.Unit) Fix {
	return x.Do("Let every process of it go on where it stopped", "systemctl kill -s CONT %s && sleep 1", sh(unitWord(u.Name)))
}

// heldSays is the kernel's word that a signal holds a process, as evidence.
func heldSays(p sysinfo.Proc) Evidence {
	return Evidence{Source: fmt.Sprintf("/proc/%d/stat", p.PID), Text: "state T (stopped)"}
}
