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
	if len(closed) == 0 || line == nil {
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
