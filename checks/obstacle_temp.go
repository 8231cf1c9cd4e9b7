package checks

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// noTemp are the words of a program that found no folder for temporary files (Python's tempfile, Ruby's Dir.tmpdir).
var noTemp = whenAsked(`No usable temporary directory found|could not find a temporary directory`)

// closedTemp: a folder that is everybody's for temporary files is not any more. What it has to be is the same everywhere: root's, open to
// all, and with the sticky bit, by which nobody takes away another's files (hier(7), tmpfiles.d's own tmp.conf).
func closedTemp(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u)
	if err != nil || u.Props["PrivateTmp"] == "yes" || !fails(u) && u.Result == "success" {
		return nil
	}
	var closed []sysinfo.Info
	for _, dir := range everybodys {
		if i, err := f.Host.Root.Lstat(dir); err == nil && notEverybodys(i) {
			closed = append(closed, i)
		}
	}
	line := lastSaid(recent(lines), noTemp)
	if line == nil {
		line = refusedIn(recent(lines), closed)
	}
	if len(closed) == 0 && line != nil {
		return walledTemp(f, u, line)
	}
	if line == nil {
		return nil
	}
	o := &obstacle{where: sysinfo.Place{File: closed[0].Path}, evidence: []Evidence{{Source: line.Source, Text: strings.TrimSpace(line.Text), Time: line.Time}},
		says: closed[0].Path + " is not open to all programs, as a folder for temporary files has to be"}
	for _, i := range closed {
		o.evidence = append(o.evidence, Evidence{Source: "ls -ld " + i.Path, Text: fmt.Sprintf("%s root %s", i.Mode, i.Path)})
	}
	o.clear = func(x Fix) Fix {
		for _, i := range closed {
			x = openTemp(x, i)
		}
		return x
	}
	return o
}

// walledTemp: they are open to everybody, and the service's own unit closes them to it, or lets it write nothing at all. Python tries them by writing a
// word, and says "no usable directory" whatever the reason.
func walledTemp(f *sysinfo.Facts, u sysinfo.Unit, line *sysinfo.JournalLine) *obstacle {
	o := &obstacle{evidence: []Evidence{{Source: line.Source, Text: strings.TrimSpace(line.Text), Time: line.Time}}}
	for _, m := range limits() {
		if l, ok := m.set(f, u); ok && m.key == "LimitFSIZE" {
			return o.limited(f, u, m, l)
		}
	}
	l, ok := veil(f, u, "/tmp/x", "read-only file system")
	if !ok {
		l, ok = veil(f, u, "/tmp/x", "permission denied")
	}
	if !ok {
		return nil
	}
	return o.givenTemp(f, u, l)
}

// givenTemp is an obstacle in a line that leaves a service no folder for temporary files.
func (o *obstacle) givenTemp(f *sysinfo.Facts, u sysinfo.Unit, l sysinfo.UnitLine) *obstacle {
	o.veil, o.where, o.says = true, l.Place, fmt.Sprintf("%s=%s leaves it no folder for temporary files", l.Key, l.Value)
	o.evidence = append(o.evidence, unitLineSays(f, l))
	o.clear = func(x Fix) Fix {
		if strings.Contains(u.Exec, "/tmp/") { // others look for that there
			return daemonReload(dropIn(x, u.Name, "Let it write its temporary files", "Service", "ReadWritePaths=/tmp /var/tmp"))
		}
		return daemonReload(dropIn(x, u.Name, "Give it a /tmp and a /var/tmp of its own, which nobody else sees", "Service", "PrivateTmp=yes"))
	}
	return o
}

// everybodys are the folders in which all programs make temporary files.
var everybodys = [...]string{"/tmp", "/var/tmp", "/dev/shm"}

func inEverybodys(dir string) bool {
	return slices.ContainsFunc(everybodys[:], func(top string) bool { return inside(dir, top) })
}

// notEverybodys says that one of them does not have the mode that it has to have.
func notEverybodys(i sysinfo.Info) bool {
	return slices.Contains(everybodys[:], i.Path) && i.UID == 0 && i.Mode.IsDir() && (i.Mode.Perm() != 0o777 || i.Mode&fs.ModeSticky == 0)
}

func openTemp(x Fix, i sysinfo.Info) Fix {
	x.Undo = also(x.Undo, fmt.Sprintf("chmod %04o %s", octal(i), sh(i.Path)))
	return x.Do("Let everybody use it, and nobody take away what is another's", "chmod 1777 %s", sh(i.Path))
}

// refusedIn is the last word of a program that may not make a file right in one of some folders.
func refusedIn(lines []sysinfo.JournalLine, dirs []sysinfo.Info) *sysinfo.JournalLine {
	back := reversed(lines)
	for n := range back {
		m := complaints[0].FindStringSubmatch(back[n].Text)
		if m != nil && refusedFile.MatchString(back[n].Text) && slices.ContainsFunc(dirs, func(i sysinfo.Info) bool { return path.Dir(path.Clean(m[1])) == i.Path }) {
			return &back[n]
		}
	}
	return nil
}

// octal is a mode as chmod takes it, with its sticky bit.
func octal(i sysinfo.Info) uint32 {
	mode := uint32(i.Mode.Perm())
	if i.Mode&fs.ModeSticky != 0 {
		mode |= 0o1000
	}
	return mode
}
