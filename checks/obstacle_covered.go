package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// coveredBy: an empty filesystem is mounted over a folder of a service's own, and what it is started from lies below.
func coveredBy(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if !fails(u) && (u.Result == "" || u.Result == "success") {
		return nil // it was stopped
	}
	for _, file := range startedFrom(ctx, f, u) {
		m, ok := mountedAt(f, file)
		if !ok || m.dir == "/" || theSystems(m.dir) || inside(m.dir, "/dev") || inside(m.dir, "/run") || slices.Contains(everybodys[:], m.dir) || !holdsNothing(f, m.dir) {
			continue
		}
		o := &obstacle{where: sysinfo.Place{File: m.dir}, says: fmt.Sprintf("an empty filesystem (%s) is mounted over %s", m.kind, m.dir),
			evidence: []Evidence{{Source: "findmnt " + m.dir, Text: "mounted there, and there is nothing in it"}}}
		at, inTable := fstabLine(f, m.dir)
		if inTable {
			o.where = at
			o.evidence = append(o.evidence, lineOf(f.Host.Root, at))
		}
		o.clear = func(x Fix) Fix {
			x.Undo = "mount " + sh(m.dir)
			if inTable {
				x.Undo = setLine(f.Host.Root, at, configLine(f.Host.Root, at)) + "; " + x.Undo
				x = x.Do("Let no boot mount it again. If another filesystem should be there, name that one instead", "%s", commentOut(f.Host.Root, at))
			}
			return x.Do("Take it away: what lies below shows again", "umount %s", sh(m.dir))
		}
		return o
	}
	return nil
}

// startedFrom are the folder in which a service is started, the files of its command that are not there, and the folder of the modules of which
// it says that one is missing.
func startedFrom(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) []string {
	out := []string{u.Props["WorkingDirectory"]}
	lines, _ := f.Words(ctx, u) // unreadable: what its command names remains
	if lastSaid(recent(lines), missingNode) != nil {
		out = append(out, path.Join("/", scriptFolder(u), "node_modules"))
	}
	for w := range strings.FieldsSeq(u.Exec) {
		if w = strings.TrimLeft(w, "-+!@:"); !f.Host.Root.Exists(w) {
			out = append(out, w)
		}
	}
	return slices.DeleteFunc(out, func(file string) bool { return !path.IsAbs(file) })
}

// holdsNothing says that a folder is empty, but for what a new filesystem has.
func holdsNothing(f *sysinfo.Facts, dir string) bool {
	names, err := f.Host.Root.ReadDir(dir)
	return err == nil && (len(names) == 0 || len(names) == 1 && names[0] == "lost+found")
}
