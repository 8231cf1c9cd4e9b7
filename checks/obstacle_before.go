package checks

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"strings"

	"fix502/sysinfo"
)

// beforeFailed: a command that runs before the program (ExecStartPre=) failed, so the program was never run.
func beforeFailed(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Journal(ctx, u.Name)
	if err != nil {
		return nil
	}
	var steps []sysinfo.UnitLine
	for _, l := range f.UnitLines(u) {
		switch {
		case l.Key == "ExecStartPre" && l.Value == "":
			steps = nil
		case l.Key == "ExecStartPre" && !strings.HasPrefix(l.Value, "-"):
			steps = append(steps, l)
		}
	}
	spoke, said := spokeLast(u, steps, lines)
	if len(steps) == 0 || !failedBefore(u, lines) && !(said && u.Type() == "forking" && u.Active == "failed") {
		return nil
	}
	last := steps[len(steps)-1]
	if said {
		last = spoke
	}
	if o := waitsForStore(ctx, f, u, last); o != nil {
		return o
	}
	if d := missesFile(ctx, f, u); d != nil && strings.Contains(d.says, " may not ") && !strings.ContainsAny(last.Value[:1], "+!") { // as the service's user
		d.evidence = append(d.evidence, unitLineSays(f, last))
		return d
	}
	o := &obstacle{where: last.Place, says: "a command that has to run before it fails: " + last.Value}
	for _, l := range steps {
		o.evidence = append(o.evidence, unitLineSays(f, l))
	}
	o.clear = func(x Fix) Fix {
		if tolerant, ok := withoutTuning(f, x, steps); ok && said {
			return tolerant
		}
		return x.Tell("Run %s as the service's user and mend what it complains about (%s). A test -f or -d says nothing: see whether its file is there", last.Value, u.Log())
	}
	return o
}

// failedBefore says that the last start ended before the program ran.
func failedBefore(u sysinfo.Unit, lines []sysinfo.JournalLine) bool {
	if u.Manager != "" {
		return len(lines) > 0 && strings.Contains(lines[len(lines)-1].Text, "supervisor: child process was not spawned") // supervisor/process.py, spawn
	}
	if u.Result != "exit-code" && !u.Looping() {
		return false
	}
	for _, l := range reversed(lines[max(0, len(lines)-30):]) {
		switch {
		case strings.Contains(l.Text, "Control process exited, code=exited"):
			return u.Type() != "forking"
		case strings.Contains(l.Text, "Main process exited"):
			return false
		}
	}
	return false
}

var (
	noChdir   = whenAsked(`chdir\(\): No such file or directory`)
	chdirTo   = whenAsked(`^chdir\(\) to (/\S+)`)
	uwsgiCode = whenAsked(`(?m)^\s*(?:module|wsgi-file|mount)\s*[=:]\s*([\w./:-]+)`)
)

// uwsgiFolder: the folder to which uWSGI goes before it loads the app is not there any more.
func uwsgiFolder(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u) // uWSGI's own log (logto) has them where its file names one
	m := uwsgiFile.FindStringSubmatch(u.Exec)
	if err != nil || m == nil || !path.IsAbs(m[1]) {
		return nil
	}
	var gone *sysinfo.JournalLine
	dir := ""
	for i := range lines {
		if to := chdirTo.FindStringSubmatch(lines[i].Text); to != nil {
			dir, gone = to[1], nil
		} else if noChdir.MatchString(lines[i].Text) {
			gone = &lines[i]
		}
	}
	w, ok := lastLineWith(f, m[1], regexp.MustCompile(`^\s*chdir2?\s*[=:]\s*(\S+)`), "#", ";")
	if gone == nil || !ok || dir == "" || f.Host.Root.Exists(dir) {
		return nil
	}
	o := &obstacle{where: w.place, says: fmt.Sprintf("its folder %s does not exist", dir), evidence: []Evidence{{Source: gone.Source, Text: gone.Text, Time: gone.Time}, lineOf(f.Host.Root, w.place)}}
	b, _ := f.Host.Root.ReadFile(m[1]) // lastLineWith has read it
	app := sysinfo.Unit{Exec: "uwsgi"}
	if code := uwsgiCode.FindStringSubmatch(string(b)); code != nil {
		app.Exec += " " + code[1]
		if path.Ext(code[1]) != ".py" && !strings.Contains(code[1], ":") {
			app.Exec += ":application"
		}
	}
	near := beside(f, app, dir, "", dir)
	o.clear = func(x Fix) Fix {
		if !near.sure || !wholePath(dir).MatchString(configLine(f.Host.Root, w.place)) {
			return x.Tell("Bring %s back, or name the right folder at %s", dir, w.place)
		}
		edit, undo := replacePath(f.Host.Root, w.place, dir, near.path)
		x.Undo = undo
		return x.Do(fmt.Sprintf("Name %s instead, which is there and has the app (or bring the old one back, and skip this)", near.path), "%s", edit)
	}
	return o
}
