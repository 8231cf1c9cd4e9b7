package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// hiddenFrom: a setting of the unit hides a file from the service. Everybody else sees it, and modes and owners allow it to the service's user.
func hiddenFrom(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, o *obstacle, file, text string) *obstacle {
	if takesNoWrites.MatchString(text) || !f.Host.Root.Exists(file) && !f.Host.Root.Exists(path.Dir(file)) || len(barredOn(ctx, f, u, path.Dir(file), 1)) > 0 {
		return nil
	}
	l, ok := veil(f, u, file, text)
	if !ok {
		return nil
	}
	o.veil, o.where, o.says = true, l.Place, fmt.Sprintf("%s=%s hides %s from it", l.Key, l.Value, file)
	o.evidence = append(o.evidence, unitLineSays(f, l))
	o.clear = func(x Fix) Fix {
		if l.Key == "ProcSubset" {
			return daemonReload(unitSet(f, u, x, "Let it read what /proc tells of the machine; ProtectProc= still hides the processes of others", "Service", l.Key, "all"))
		}
		own := itsFolder(f, u, file)
		switch {
		case own != "":
		case inWorkDir(f, u, file):
			own = path.Dir(file)
		case itsOwn(ctx, f, u, file) && f.Host.Root.Exists(file):
			own = file // what lies beside it may be another's
		}
		if l.Key == "ProtectHome" || !inside(l.File, "/etc") || own == "" || !plainPath.MatchString(own) {
			return x.Tell("%s is not known to be this service's own: see why it wants it, a wall may have done its work. If it should have it, loosen %s at %s and start %s anew", file, l.Key, l.Place, unitWord(u.Name))
		}
		return daemonReload(doorIn(f, u, x, l, own))
	}
	return o
}

// itsFolder is the folder on the way to a file that bears a service's name and is there: a program may print any path, and make none where it
// cannot look. /var/www is no service's that is called www.
func itsFolder(f *sysinfo.Facts, u sysinfo.Unit, file string) string {
	at := "/"
	for part := range strings.SplitSeq(strings.Trim(path.Dir(file), "/"), "/") {
		if at = path.Join(at, part); part == unitWord(u.Name) && !theSystems(at) && isDir(f.Host.Root, at) && !strayLink(f.Host.Root, at) {
			return at
		}
	}
	return ""
}

// plainPath is a path that systemd reads in a list as it is written: it parts at blanks, and takes % and quotes for its own.
var plainPath = whenAsked(`^/[\w./@+-]+$`)

// doorIn lets a service into its own folder behind a wall, and into nothing else: InaccessiblePaths knows no exception, so that an empty filesystem
// takes the wall's place, into which that folder is bound (systemd.exec(5), TemporaryFileSystem=). A wall around that folder alone goes.
func doorIn(f *sysinfo.Facts, u sysinfo.Unit, x Fix, l sysinfo.UnitLine, own string) Fix {
	var above []string
	for _, other := range inForce(f.UnitLines(u)) {
		for _, dir := range pathWords(other) {
			if other.Key == l.Key && inside(own, dir) && !slices.Contains(above, dir) {
				above = append(above, dir)
			}
		}
	}
	named := len(above) == 1 && path.Base(above[0]) == unitWord(u.Name) // the next file that it needs lies there as well
	if len(above) == 0 || slices.Contains(above, own) || named {
		return unveiled(f, u, x, l.Key, func(dir string) bool { return inside(own, dir) || inside(dir, own) })
	}
	var lines, undo []string
	if l.Key == "InaccessiblePaths" {
		x = unveiled(f, u, x, l.Key, func(dir string) bool { return inside(own, dir) })
		undo = append(undo, strings.TrimSuffix(x.Undo, "; systemctl daemon-reload"))
		for _, dir := range above {
			lines = append(lines, "TemporaryFileSystem="+dir+":ro")
		}
	}
	x = dropIn(x, u.Name, "Open its own folder alone, and keep the rest of "+strings.Join(above, " ")+" from it", "Service", append(lines, "BindPaths="+own)...)
	x.Undo = strings.Join(append(undo, x.Undo), "; ")
	return x
}

// notExecuted: the program may be run by its modes, and lies where nothing may be: on a filesystem that is mounted noexec, or below NoExecPaths.
// A script is run there by its interpreter, which lies elsewhere.
func notExecuted(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, program, key string) *obstacle {
	if len(barredOn(ctx, f, u, program, 1)) > 0 {
		return nil
	}
	o := &obstacle{}
	if l, ok := setBy(f, u, "NoExecPaths"); ok && covered(l, program, false) && !execAllowed(f, u, program) {
		o.veil, o.where, o.says = true, l.Place, fmt.Sprintf("%s=%s forbids it to run %s", l.Key, l.Value, program)
		o.evidence = []Evidence{unitLineSays(f, l)}
		o.clear = func(x Fix) Fix {
			return daemonReload(dropIn(x, u.Name, "Let it be run, and what runs it", "Service", "ExecPaths="+strings.Join(runWith(f, u, l, program), " ")))
		}
		return o
	}
	m, ok := mountedAt(f, program)
	if !ok || !slices.Contains(m.Options, "noexec") {
		return nil
	}
	o.where, o.says = execPlace(f, u), fmt.Sprintf("%s is mounted noexec: no program on it may be run, and %s is on it", m.Dir, program)
	o.evidence = []Evidence{{Source: "findmnt " + m.Dir, Text: strings.Join(m.Options, ",")}}
	l, set := setBy(f, u, key)
	if set {
		o.where = l.Place
	}
	o.clear = func(x Fix) Fix {
		shell := interpreterOf(f, program)
		if was := configLine(f.Host.Root, l.Place); set && shell != "" && inside(l.File, "/etc") && strings.HasPrefix(l.Value, program) && strings.Count(was, program) == 1 {
			x.Undo = setLine(f.Host.Root, l.Place, was) + "; systemctl daemon-reload"
			return daemonReload(x.Do("Let its interpreter run it; the filesystem stays as it is", "%s", replace(f.Host.Root, l.Place, program, shell+" "+program)))
		}
		return x.Tell("Move the program to a filesystem that may have programs, and name it there in %s; or, if noexec was not meant for %s, take the word out of /etc/fstab and: mount -o remount,exec %s", o.where, m.Dir, m.Dir)
	}
	return o
}

// runWith are a program and what has to be run for it to run, as far as a wall is around it: the interpreter of a script, and the folders of the
// system's libraries, whose code is mapped for execution (systemd.exec(5), NoExecPaths=).
func runWith(f *sysinfo.Facts, u sysinfo.Unit, wall sysinfo.UnitLine, program string) []string {
	out := []string{program}
	next := append(shebang(f, program), "-/usr/lib", "-/usr/lib64", "-/lib", "-/lib64")
	for _, p := range next {
		if file := strings.TrimPrefix(p, "-"); covered(wall, file, false) && !execAllowed(f, u, file) && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	return out
}

// shebang are the programs that a script's first line names: its interpreter, and the one that env looks up for it.
func shebang(f *sysinfo.Facts, script string) []string {
	b, err := f.Host.Root.ReadFile(script)
	line, _, _ := strings.Cut(string(b), "\n")
	words := strings.Fields(strings.TrimPrefix(line, "#!"))
	if err != nil || !strings.HasPrefix(line, "#!") || len(words) == 0 || !plainPath.MatchString(words[0]) {
		return nil
	}
	if path.Base(words[0]) != "env" || len(words) < 2 {
		return words[:1]
	}
	for _, dir := range []string{"/usr/local/bin", "/usr/bin", "/bin"} {
		if file := path.Join(dir, words[1]); plainPath.MatchString(file) && f.Host.Root.Exists(file) {
			return []string{words[0], file}
		}
	}
	return words[:1]
}

// execAllowed says that ExecPaths makes an exception for a program.
func execAllowed(f *sysinfo.Facts, u sysinfo.Unit, program string) bool {
	l, ok := setBy(f, u, "ExecPaths")
	return ok && covered(l, program, false)
}

// interpreterOf is the interpreter that a script's first line names, without words of its own, if it is there.
func interpreterOf(f *sysinfo.Facts, script string) string {
	b, err := f.Host.Root.ReadFile(script)
	line, _, _ := strings.Cut(string(b), "\n")
	shell, ok := strings.CutPrefix(strings.TrimRight(line, " \t"), "#!")
	shell = strings.TrimSpace(shell)
	if err != nil || !ok || !path.IsAbs(shell) || strings.ContainsAny(shell, " \t\r") || !f.Host.Root.Exists(shell) {
		return ""
	}
	return shell
}
