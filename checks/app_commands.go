package checks

import (
	"path"
	"strings"

	"fix502/sysinfo"
)

// commandLines is what a service is started by: its unit's own command, and what that comes to: the lines of the shell scripts of its own, or the
// interpreter that a program of its own names in its first line (bin/www: "#!/usr/bin/env node").
func commandLines(f *sysinfo.Facts, u sysinfo.Unit) string {
	all, _ := sysinfo.Memo(f, "command lines "+u.Name, func() (string, error) { // what cannot be read says nothing
		var b strings.Builder
		b.WriteString(u.Exec)
		for _, line := range linesIn(f.Host.Root, scripts(f, u)...) {
			if s := strings.TrimSpace(line); s != "" && s[0] != '#' {
				b.WriteString("\n" + s)
			}
		}
		if by := interpreter(f.Host.Root, firstWord(u.Exec)); by != "" {
			b.WriteString("\n" + by + " " + u.Exec)
		}
		return b.String(), nil
	})
	return all
}

// interpreter is the program by which a program of the admin's own is run, without its folder; empty where it is no script, or a shell's.
func interpreter(r sysinfo.Root, program string) string {
	if !path.IsAbs(program) || theSystems(path.Dir(program)) {
		return ""
	}
	if i, err := r.Stat(program); err != nil || i.Mode.IsDir() || i.Size > 64<<10 || strayLink(r, program) {
		return ""
	}
	b, err := r.ReadFile(program)
	line, _, _ := strings.Cut(string(b), "\n")
	words := strings.Fields(strings.TrimPrefix(line, "#!"))
	if err != nil || !strings.HasPrefix(line, "#!") || shellScript.Match(b) || len(words) == 0 {
		return ""
	}
	by := words[0]
	if path.Base(by) == "env" && len(words) > 1 {
		by = words[len(words)-1]
	}
	return path.Base(by)
}

// runsGunicorn says that a service is gunicorn's, also where a script starts it.
func runsGunicorn(f *sysinfo.Facts, u sysinfo.Unit) bool {
	return strings.Contains(u.Exec, "gunicorn") || gunicornStarted.MatchString(commandLines(f, u))
}

// runsNode says that a service is a Node program, also where a script starts it.
func runsNode(f *sysinfo.Facts, u sysinfo.Unit) bool {
	return nodeApp.MatchString(u.Exec) || nodeStarted.MatchString(commandLines(f, u))
}

var (
	nodeStarted     = whenAsked(`(?m)(?:^|[\s/])(?:node|nodejs)(?:\s|$)`)
	gunicornStarted = whenAsked(`(?m)(?:^|[\s/])gunicorn3?(?:\s|$)`)
)

// becomesApp is the line at which a script that a unit starts becomes the app (exec); the zero place without one.
func becomesApp(f *sysinfo.Facts, u sysinfo.Unit) (at sysinfo.Place) {
	for _, script := range scripts(f, u) {
		for p, line := range linesIn(f.Host.Root, script) {
			if strings.HasPrefix(strings.TrimSpace(line), "exec ") && script == firstWord(u.Exec) {
				at = p
			}
		}
	}
	return at
}
