package checks

import (
	"context"
	"fmt"
	"slices"

	"fix502/sysinfo"
)

// heldState is the state of a process that a signal holds (SIGSTOP, a debugger): proc_pid_stat(5).
const heldState = 'T'

// frozen says that the program behind a hop is held by a signal: it takes no time and answers nobody, and its service is
// "active". who is its service, or its first process.
func frozen(ctx context.Context, f *sysinfo.Facts, l *live) (who string, x Fix, ok bool) {
	held := l.reach.Owner
	u := appUnit(ctx, f, l)
	x.Title, x.Risk = "Let it go on", Low
	if p, pool := f.PoolOf(ctx, l.Hop); p != nil && p.Running() {
		held, u = p.Master, p.Unit
		for _, w := range p.Workers[pool.Name] {
			if w.State != heldState {
				return "", x, false
			}
			held = &w
		}
	}
	if u.Contained() { // its engine holds the port for it
		all, _ := f.Procs(ctx) // unreadable: then nothing is held
		if i := slices.IndexFunc(all, func(p sysinfo.Proc) bool { return p.PID == u.MainPID }); i >= 0 && all[i].State == heldState {
			return "container " + u.Word(), x.Do("Let it go on where it stopped", "%s && sleep 1", u.Command("kill -s CONT")), true
		}
	}
	if held == nil || held.State != heldState {
		return "", x, false
	}
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
