package checks

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"fix502/sysinfo"
)

// notSpawned is what supervisord writes when it cannot start a program.
var notSpawned = whenAsked(`couldn't (chdir to|exec) (\S+): ENOENT|can't find command '([^']+)'`)

// keptPathGone: the folder or the program of what supervisord keeps is not there any more: a deploy renamed its release
// and left the link to the former one, a package took its program along.
func keptPathGone(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	file, said := keptMissing(ctx, f, u)
	if file == "" {
		return nil
	}
	o := &obstacle{where: sysinfo.Place{File: u.Fragment}, evidence: []Evidence{said}}
	at, named := lastLineWith(f, u.Fragment, wholePath(file), ";", "#")
	if named {
		o.where = at.place
	}
	command, _ := setBy(f, u, "ExecStart")
	if !wholePath(file).MatchString(command.Value) {
		command = sysinfo.UnitLine{}
	}
	if o := gone(f, u, o, command, file); o != nil && o.clear != nil {
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

// keptMissing is what a program of supervisord's lacks to be started, and what says so: its log, or the command itself. Where supervisorctl
// was told to start it, the state stays "STOPPED" and only whoever asked was answered (supervisord, rpcinterface.py: NO_FILE).
func keptMissing(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) (string, Evidence) {
	lines, err := f.Journal(ctx, u.Name)
	for i := len(lines) - 1; err == nil && i >= 0; i-- {
		if m := notSpawned.FindStringSubmatch(lines[i].Text); m != nil {
			file := path.Clean(cmp.Or(m[2], m[3]))
			if !path.IsAbs(file) || f.Host.Root.Exists(file) {
				return "", Evidence{}
			}
			return file, Evidence{Source: u.Log(), Text: lines[i].Text, Time: lines[i].Time}
		}
	}
	if words := strings.Fields(u.Exec); u.Section() != "" && len(words) > 0 && path.IsAbs(words[0]) && !theSystems(path.Dir(words[0])) && !strings.Contains(words[0], "%(") {
		if _, err := f.Host.Root.Stat(words[0]); errors.Is(err, fs.ErrNotExist) {
			return path.Clean(words[0]), Evidence{Source: "ls -l " + words[0], Text: "no such file or directory"}
		}
	}
	return "", Evidence{}
}
