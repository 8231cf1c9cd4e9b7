package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

var (
	saysAbsent = whenAsked(`No such file or directory|Cannot find module|[cC](?:an't|annot|ould not) open|does not exist|[nN]ot found|Unable to access jarfile|Error opening zip file|ENOENT`)
	preloaded  = whenAsked(`^- internal/preload$`) // what --require and NODE_OPTIONS load, not the app's code (lib/internal/process/pre_execution.js)
	pathSaid   = whenAsked(`(?:^|['"(\s:=])(/[\w.@+-]+(?:/[\w.@+-]+)+)`)
)

// movedFile: the service itself says that a file is not there, a line of its own settings names that file, and it is known where the file went: an agent
// that all services load (NODE_OPTIONS, JAVA_TOOL_OPTIONS), a script, a list.
func movedFile(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if !fails(u) {
		return nil
	}
	lines, _ := f.Words(ctx, u) // one that says nothing names nothing
	for _, l := range reversed(latest(lines)) {
		if !saysAbsent.MatchString(l.Text) {
			continue
		}
		for _, m := range pathSaid.FindAllStringSubmatch(l.Text, 4) {
			file := path.Clean(m[1])
			at := saidIn(f, u, wholePath(file))
			if !at.Known() || f.Host.Root.Exists(file) {
				continue
			}
			to, loaded := movedTo(f.Host.Root, file), strings.Contains(l.Text, "Cannot find module") && lastSaid(latest(lines), preloaded) != nil
			if to == "" && !loaded {
				continue
			}
			o := &obstacle{where: at, says: fmt.Sprintf("%s is not there, which %s names", file, at)}
			o.evidence = []Evidence{{Source: l.Source, Text: strings.TrimSpace(l.Text), Time: l.Time}, lineOf(f.Host.Root, at)}
			if to == "" {
				o.clear = func(x Fix) Fix {
					return x.Tell("Bring %s back (from the package or the release that had it), or take it out at %s: every program that reads that line loads it before its own code, and the app itself is well without it", file, at)
				}
				return o
			}
			o.says += "; it is " + to + " now"
			o.clear = func(x Fix) Fix { return nameMoved(f, u, x, at, file, to) }
			return o
		}
	}
	return nil
}

// nameMoved names a file by the path that it has now: in the unit's lines, or in the file of settings that names it.
func nameMoved(f *sysinfo.Facts, u sysinfo.Unit, x Fix, at sysinfo.Place, file, to string) Fix {
	for _, l := range f.UnitLines(u) {
		if l.Place == at {
			return rename(f, u, x, file, to)
		}
	}
	edit, undo := replacePath(f.Host.Root, at, file, to)
	x.Undo = undo
	return x.Do(fmt.Sprintf("Name %s, where the file is now (or bring it back to its old place, and skip this)", to), "%s", edit)
}
