package checks

import (
	"context"
	"fmt"
	"path"
	"regexp"
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

// startedFrom are the folder in which a service is started where that is gone or it misses its program there, the files of its command that
// are not there, and the folder of the modules of which it says that one is missing.
func startedFrom(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) []string {
	var out []string
	words, _ := f.Words(ctx, u) // unreadable: what its command names remains
	lines, dir := recent(words), strings.TrimLeft(u.Props["WorkingDirectory"], "-!")
	if !f.Host.Root.Exists(dir) || slices.ContainsFunc(lines, func(l sysinfo.JournalLine) bool { return missesIn(dir, u.Exec, l.Text) }) {
		out = append(out, dir)
	}
	if lastSaid(lines, missingNode) != nil {
		out = append(out, path.Join("/", scriptFolder(u), "node_modules"))
	}
	for w := range strings.FieldsSeq(u.Exec) {
		if w = strings.TrimLeft(w, "-+!@:"); !f.Host.Root.Exists(w) {
			out = append(out, w)
		}
	}
	return slices.DeleteFunc(out, func(file string) bool { return !path.IsAbs(file) })
}

// missesIn says that a line tells of something missing in a folder, or of a module that the command names, which Python looks for there.
// A folder may well be empty in which an app merely works.
func missesIn(dir, command, text string) bool {
	if m := missingPython.FindStringSubmatch(text); m != nil {
		return regexp.MustCompile(`(?:^|\s)` + regexp.QuoteMeta(m[1]) + `(?:[.:\s]|$)`).MatchString(command)
	}
	return strings.Contains(text, dir+"/") && (absentFile.MatchString(text) || strings.Contains(text, "Cannot find module"))
}
