package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// moduleBarred: Python does not say that it may not read a module, it says that there is none.
func moduleBarred(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u)
	at, target, _ := pythonTarget(f, u)
	if err != nil || target == "" || !fails(u) {
		return nil
	}
	for _, l := range reversed(recent(lines)) {
		module := ""
		if m := noModule.FindStringSubmatch(l.Text); m != nil {
			module = m[1] + m[2]
		} else if m := fromNowhere.FindStringSubmatch(l.Text); m != nil {
			module = m[1]
		}
		if module == "" {
			continue
		}
		if strings.HasPrefix(target, module+".") {
			module = target
		}
		for _, dir := range pythonPath(f, u, at.place) {
			file := path.Join(dir, strings.ReplaceAll(module, ".", "/"))
			for _, file := range []string{file + ".py", path.Join(file, "__init__.py")} {
				o := &obstacle{where: at.place, evidence: []Evidence{{Source: l.Source, Text: strings.TrimSpace(l.Text), Time: l.Time}}}
				if f.Host.Root.Exists(file) {
					return shutOut(ctx, f, u, o, file, 4)
				}
			}
		}
		return nil
	}
	return nil
}

// fromNowhere is said of a package whose own file may not be read: Python takes its folder for one without any (importlib, namespace packages).
var fromNowhere = whenAsked(`cannot import name '[^']+' from '([\w.]+)' \(unknown location\)`)

// pythonPath are the folders in which a service's Python looks for the app's own modules.
func pythonPath(f *sysinfo.Facts, u sysinfo.Unit, at sysinfo.Place) []string {
	dirs := []string{pythonFolder(f, u, at)}
	if m := pythonPathSet.FindStringSubmatch(u.Props["Environment"]); m != nil {
		dirs = append(dirs, strings.Split(m[1], ":")...)
	}
	return dirs
}

var pythonPathSet = whenAsked(`\bPYTHONPATH=([^\s"]+)`)

var noChdirTo = whenAsked(`can't chdir to '(/[^']+)'`)

// wrongFolder: the settings name a folder to go to that does not exist; the unit names one that does.
func wrongFolder(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u)
	if err != nil || !fails(u) {
		return nil
	}
	for _, l := range reversed(recent(lines)) {
		m := noChdirTo.FindStringSubmatch(l.Text)
		if m == nil || f.Host.Root.Exists(m[1]) {
			continue
		}
		at := namedIn(f, u, m[1])
		if !at.Known() {
			return nil
		}
		o := &obstacle{where: at, says: fmt.Sprintf("it is told to go to %s, which does not exist", m[1]), evidence: []Evidence{{Source: l.Source, Text: strings.TrimSpace(l.Text), Time: l.Time}, lineOf(f.Host.Root, at)}}
		o.clear = func(x Fix) Fix {
			if u.Folder() == "" || !f.Host.Root.Exists(u.Folder()) || strings.Count(configLine(f.Host.Root, at), m[1]) != 1 {
				return x.Tell("Name the app's folder at %s", at)
			}
			x.Undo = replace(f.Host.Root, at, u.Folder(), m[1])
			x = x.Do("Name the folder that the service has", "%s", replace(f.Host.Root, at, m[1], u.Folder()))
			if at.File == u.Fragment || slices.Contains(u.DropIns, at.File) {
				x.Undo += "; systemctl daemon-reload"
				return daemonReload(x)
			}
			return x
		}
		return o
	}
	return nil
}

var cdFirst = whenAsked(`^cd (/[\w./-]+) && ([^"'%$]+)$`)

// shellCommand: a command of a shell, cd, stands where the name of a program has to be; nothing but a shell knows it.
func shellCommand(_ context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	l, ok := setBy(f, u, "ExecStart")
	m := cdFirst.FindStringSubmatch(l.Value)
	line := configLine(f.Host.Root, l.Place)
	if !ok || m == nil || !strings.HasPrefix(l.File, "/etc/") {
		return nil
	}
	return &obstacle{where: l.Place, says: "cd is a word of shells, and none reads this command", evidence: []Evidence{unitLineSays(f, l)}, clear: func(x Fix) Fix {
		if QuoteConfig(line) != line { // a password on it is not written out
			return x.Tell("At %s write WorkingDirectory=%s on a line of its own, and leave 'cd %s &&' out of the command; then systemctl daemon-reload", l.Place, m[1], m[1])
		}
		x.Undo = setLine(f.Host.Root, l.Place, line) + "; systemctl daemon-reload"
		if strings.HasSuffix(strings.TrimSpace(m[2]), "&") {
			return x.Tell("Take the & at the end of %s away, and put what stands behind cd %s && into /bin/sh -c '…': a service that goes into the background at once has ended for systemd", l.Place, m[1])
		}
		key, _, _ := strings.Cut(line, "=")
		exec := "exec "
		if first, _, _ := strings.Cut(m[2], " "); strings.ContainsAny(m[2], ";|&`<>") || strings.Contains(first, "=") { // several commands, or a variable before one
			exec = ""
		}
		return daemonReload(x.Do("Let a shell read it", "%s", setLine(f.Host.Root, l.Place, fmt.Sprintf("%s=/bin/sh -c 'cd %s && %s%s'", key, m[1], exec, m[2]))))
	}}
}
