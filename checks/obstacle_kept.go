package checks

import (
	"cmp"
	"context"
	"fmt"
	"path"

	"fix502/sysinfo"
)

// notSpawned is what supervisord writes when it cannot start a program.
var notSpawned = whenAsked(`couldn't (chdir to|exec) (\S+): ENOENT|can't find command '([^']+)'`)

// keptPathGone: the folder or the program of what supervisord keeps is not there any more: a deploy renamed its release
// and left the link to the former one, a package took its program along.
func keptPathGone(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Journal(ctx, u.Name)
	for i := len(lines) - 1; err == nil && i >= 0; i-- {
		m := notSpawned.FindStringSubmatch(lines[i].Text)
		if m == nil {
			continue
		}
		file := path.Clean(cmp.Or(m[2], m[3]))
		if !path.IsAbs(file) || f.Host.Root.Exists(file) {
			return nil
		}
		o := &obstacle{where: sysinfo.Place{File: u.Fragment}, evidence: []Evidence{{Source: u.Log(), Text: lines[i].Text, Time: lines[i].Time}}}
		at, named := lastLineWith(f, u.Fragment, wholePath(file), ";", "#")
		if named {
			o.where = at.place
		}
		if o := gone(f, u, o, sysinfo.UnitLine{}, file); o != nil {
			return o
		}
		o.says = file + " does not exist"
		near := beside(f, u, file, "", file)
		o.clear = func(x Fix) Fix {
			if named && near.sure {
				edit, undo := replacePath(f.Host.Root, at.place, file, near.path)
				x.Undo = undo + "; " + takenUp(unitWord(u.Name))
				return x.Do(fmt.Sprintf("Name %s instead, which is there and has the app (or put the old one back, and skip this)", near.path), "%s", edit).
					Do("Let supervisord read it", "%s", takenUp(unitWord(u.Name)))
			}
			return x.Tell("Put %s back (from the last deploy, a backup, or the package that brought it), or name another in %s", file, u.Fragment)
		}
		return o
	}
	return nil
}
