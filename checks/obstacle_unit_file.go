package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

// badUnitFile: systemd does not take a unit as its files are written ("bad-setting"), so there is nothing that it could start. A
// service that runs goes on until it is stopped.
func badUnitFile(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if u.Load != "bad-setting" {
		return nil
	}
	for _, look := range []func(*sysinfo.Facts, sysinfo.Unit) *obstacle{strangeSection, commentBehind, relativeCommand, commandEmptied, commandTwice} {
		if o := look(f, u); o != nil {
			o.evidence = append(o.evidence, refusesUnit(ctx, f, u)...)
			return o
		}
	}
	return nil
}

// refusesUnit is systemd's own word about it.
func refusesUnit(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) []Evidence {
	lines, _ := f.Journal(ctx, u.Name) // without it, the line of the file is evidence enough
	for _, l := range reversed(lines) {
		if strings.Contains(l.Text, "Refusing.") || slices.ContainsFunc(append([]string{u.Fragment}, u.DropIns...), func(file string) bool { return strings.HasPrefix(l.Text, file+":") }) {
			return []Evidence{{Source: u.Log(), Text: strings.TrimSpace(l.Text), Time: l.Time}}
		}
	}
	return nil
}

// lineWrong is an obstacle in one line of a unit's files: what has to stand there instead of a part of it.
func lineWrong(f *sysinfo.Facts, at sysinfo.Place, says, say, was, is string) *obstacle {
	return &obstacle{where: at, says: says, evidence: []Evidence{lineOf(f.Host.Root, at)}, clear: func(x Fix) Fix {
		x.Undo = replace(f.Host.Root, at, is, was) + "; systemctl daemon-reload"
		return daemonReload(x.Do(say, "%s", replace(f.Host.Root, at, was, is)))
	}}
}

// strangeSection: the name of a section is misspelt, and systemd takes nothing that stands below it.
func strangeSection(f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	known := []string{"Unit", "Service", "Install"}
	for _, file := range append([]string{u.Fragment}, u.DropIns...) {
		if !strings.HasPrefix(file, "/etc/") {
			continue
		}
		for at, line := range linesIn(f.Host.Root, file) {
			name, ok := strings.CutPrefix(strings.TrimSpace(line), "[")
			name, closed := strings.CutSuffix(name, "]")
			if meant := spelling.Closest(name, known); ok && closed && meant != "" && meant != name && !strings.HasPrefix(name, "X-") { // those are others', and passed over
				return lineWrong(f, at, fmt.Sprintf("it has a section [%s], which systemd does not know", name), "Correct the slip", "["+name+"]", "["+meant+"]")
			}
		}
	}
	return nil
}

// commentBehind: systemd knows no comment behind a value, and takes the whole for the name of a user (systemd.syntax(7)).
func commentBehind(f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	for _, l := range f.UnitLines(u) {
		value, _, ok := strings.Cut(l.Value, " #")
		if ok && !strings.ContainsAny(l.Value, `"'`) && (l.Key == "User" || l.Key == "Group") && strings.HasPrefix(l.File, "/etc/") {
			value = strings.TrimSpace(value)
			return lineWrong(f, l.Place, fmt.Sprintf("systemd knows no comment behind a value, and takes all of it for the name of a %s", strings.ToLower(l.Key)), "Leave the value alone there", l.Value, value)
		}
	}
	return nil
}

// relativeCommand: the program is named from the service's folder, and systemd wants its whole path.
func relativeCommand(f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	dir, _ := setBy(f, u, "WorkingDirectory")
	for _, l := range f.UnitLines(u) {
		if !strings.HasPrefix(l.Key, "Exec") || !strings.HasPrefix(l.File, "/etc/") {
			continue
		}
		word, _, _ := strings.Cut(strings.TrimLeft(l.Value, "@-:+!|"), " ")
		file := path.Join(dir.Value, word)
		if lost := "/" + word; !path.IsAbs(word) && strings.Contains(word, "/") && f.Host.Root.Exists(lost) && theSystems(path.Dir(lost)) {
			file = lost
		}
		if !path.IsAbs(word) && strings.Contains(word, "/") && path.IsAbs(file) && f.Host.Root.Exists(file) {
			return lineWrong(f, l.Place, "it names its program without the whole path: "+word, "Name the whole path", word, file)
		}
	}
	return nil
}

// commands are the lines of ExecStart that count in the end, and the last empty one, which takes the former back.
// One that takes nothing back is none.
func commands(f *sysinfo.Facts, u sysinfo.Unit) (all []sysinfo.UnitLine, emptied sysinfo.UnitLine) {
	for _, l := range f.UnitLines(u) {
		switch {
		case l.Key == "ExecStart" && l.Value == "" && len(all) == 0:
		case l.Key == "ExecStart" && l.Value == "":
			all, emptied = nil, l
		case l.Key == "ExecStart":
			all = append(all, l)
		}
	}
	return all, emptied
}

// commandEmptied: a drop-in takes the command back, and names no other.
func commandEmptied(f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	all, emptied := commands(f, u)
	if len(all) > 0 || !emptied.Known() || !strings.HasPrefix(emptied.File, "/etc/") {
		return nil
	}
	return &obstacle{where: emptied.Place, says: "an empty ExecStart= takes its command back, and none follows", evidence: []Evidence{unitLineSays(f, emptied)}, clear: func(x Fix) Fix {
		x.Undo = setLine(f.Host.Root, emptied.Place, "ExecStart=") + "; systemctl daemon-reload"
		return daemonReload(x.Do("Let the former command count again", "%s", commentOut(f.Host.Root, emptied.Place)))
	}}
}

// commandTwice: a drop-in names another command, and does not take the former back; only Type=oneshot may have several.
func commandTwice(f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	all, _ := commands(f, u)
	if kind, _ := setBy(f, u, "Type"); len(all) < 2 || kind.Value == "oneshot" || !strings.HasPrefix(all[len(all)-1].File, "/etc/") {
		return nil
	}
	last := all[len(all)-1]
	return &obstacle{where: last.Place, says: "it has two commands, and only one may be started", evidence: []Evidence{unitLineSays(f, all[0]), unitLineSays(f, last)}, clear: func(x Fix) Fix {
		x.Undo = fmt.Sprintf("sed -i %dd %s; systemctl daemon-reload", last.Line, sh(realFile(f.Host.Root, last.File)))
		return daemonReload(x.Do("Take the former back, so that this one counts", "%s", insertBefore(f.Host.Root, last.Place, "ExecStart=")))
	}}
}
