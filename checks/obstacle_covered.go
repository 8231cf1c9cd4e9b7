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
		if !ok || m.Dir == "/" || theSystems(m.Dir) || inside(m.Dir, "/dev") || inside(m.Dir, "/run") || slices.Contains(everybodys[:], m.Dir) || !holdsNothing(f, m.Dir) {
			continue
		}
		o := &obstacle{where: sysinfo.Place{File: m.Dir}, says: fmt.Sprintf("an empty filesystem (%s) is mounted over %s", m.Kind, m.Dir),
			evidence: []Evidence{{Source: "findmnt " + m.Dir, Text: "mounted there, and there is nothing in it"}}}
		at, inTable := fstabLine(f, m.Dir)
		if inTable {
			o.where = at
			o.evidence = append(o.evidence, lineOf(f.Host.Root, at))
		}
		o.clear = func(x Fix) Fix {
			x.Undo = "mount " + sh(m.Dir)
			if inTable {
				x.Undo = setLine(f.Host.Root, at, configLine(f.Host.Root, at)) + "; " + x.Undo
				x = x.Do("Let no boot mount it again. If another filesystem should be there, name that one instead", "%s", commentOut(f.Host.Root, at))
			}
			return x.Do("Take it away: what lies below shows again", "umount %s", sh(m.Dir))
		}
		return o
	}
	return nil
}

// startedFrom are the folder in which a service is started, the files of its command that are not there, and the folder of the modules of which
// it says that one is missing.
func startedFrom(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) []string {
	out := []string{strings.TrimLeft(u.Props["WorkingDirectory"], "-!")}
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
