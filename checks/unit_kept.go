package checks

import (
	"context"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// takenUp lets supervisord read its files and take up what they say of one program, and of no other: without a name it stops each that
// was taken out of them, and starts anew each whose lines somebody edited (supervisorctl.py, do_update).
func takenUp(program string) string {
	group, _, _ := strings.Cut(program, ":")
	return "supervisorctl update " + sh(group)
}

// asKept turns what is done for a service of systemd's into what the program's own keeper takes: supervisord reads its files when it
// is told to update, and counts no starts.
func asKept(u sysinfo.Unit, x Fix) Fix {
	const reload = "systemctl daemon-reload"
	if u.Within() != "" { // its keeper reads its file at every start
		x.Steps = slices.DeleteFunc(slices.Clone(x.Steps), func(s Step) bool { return s.Command == reload })
		x.Undo = strings.ReplaceAll(x.Undo, "; "+reload, "")
	}
	if !strings.HasPrefix(u.Manager, "supervisorctl") {
		return x
	}
	update := takenUp(unitWord(u.Name))
	var steps []Step
	for _, s := range x.Steps {
		if strings.HasPrefix(s.Command, "systemctl reset-failed") || s.Command == reload && u.Keeper != "" {
			continue
		}
		if s.Command == reload {
			s.Say, s.Command = "Let supervisord read it", update
		}
		steps = append(steps, s)
	}
	x.Steps = steps
	x.Undo = strings.ReplaceAll(x.Undo, reload, update)
	return x
}

// startWord is the setting that says what is run, as the file of a service's keeper calls it.
func startWord(u sysinfo.Unit) string {
	if strings.HasPrefix(u.Manager, "supervisorctl") {
		return "command"
	}
	return "ExecStart"
}

// serviceOf is the service whose restart restarts a hop's program and nothing else; none where that is not known.
func serviceOf(ctx context.Context, f *sysinfo.Facts, l *live, p sysinfo.Proc) sysinfo.Unit {
	name := f.UnitOf(p.PID)
	u, known := f.Unit(ctx, name)
	many := name == "" || keepsOthers.MatchString(name)
	kept := f.AppFor(ctx, l.Hop).Unit
	switch p, _ := f.PoolOf(ctx, l.Hop); {
	case p != nil && p.Unit.Name == name:
		return p.Unit
	case kept.Manager != "" && (many || !known): // of supervisord, of pm2, or of a user's own systemd
		return kept
	case many:
		return sysinfo.Unit{}
	case !known:
		return sysinfo.Unit{Name: name}
	}
	return u
}
