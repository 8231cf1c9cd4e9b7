package checks

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"strings"

	"fix502/sysinfo"
)

// barred is a step on the way to a file that a service's user is refused, and the bits that it needs there.
type barred struct {
	sysinfo.Info
	need  uint16
	files []sysinfo.Info // and what the program has made in it
}

// shutOut: the user that the service runs as may not pass a folder on the way to a file, or not use the file.
func shutOut(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, o *obstacle, name string, bits uint16) *obstacle {
	users, err := f.Users(ctx)
	all := barredOn(ctx, f, u, name, bits)
	if err != nil || len(all) == 0 {
		return nil
	}
	who, group := servedBy(ctx, f, u)
	first, line := all[0], configLine(f.Host.Root, o.where)
	if (strings.Contains(o.where.File, ".service") || o.where == becomesApp(f, u)) && !strings.Contains(line, first.Path) && !(first.Mode.IsDir() && sharedDir(first.Info)) { // it says who may not, and nothing of what is shut
		o.where = sysinfo.Place{File: first.Path}
	}
	o.says = fmt.Sprintf("its user %s may not %s %s", who, verb(first.Info, first.need), first.Path)
	for _, b := range all {
		o.evidence = append(o.evidence, Evidence{Source: "ls -ld " + b.Path, Text: modeText(b.Info, users)})
	}
	o.clear = func(x Fix) Fix {
		var given barred // a folder with all that is in it
		for _, b := range all {
			if given.Path != "" && inside(b.Path, given.Path) && b.need&2 <= given.need&2 {
				continue
			}
			x = letIn(f, u, x, b, who, group, users)
			if last := lastCommand(x); b.Mode.IsDir() && (strings.Contains(last, " -R ") || strings.HasPrefix(last, "find ") && !strings.Contains(last, "-maxdepth")) {
				given = b
			}
		}
		return x
	}
	if creds, ok := f.UnitCreds(ctx, u); ok {
		rotatedAway(f, u, o, all, who, creds, users)
	}
	return o
}

// barredOn are the steps on the way to a file that a service's user is refused. What a program makes by itself, a log or a
// socket, it has to be able to make anew, and the files beside it are its own as well.
func barredOn(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, name string, bits uint16) []barred {
	creds, ok := f.UnitCreds(ctx, u)
	if !ok || creds.UID == 0 {
		return nil
	}
	var out []barred
	steps, err := f.Host.Root.Walk(name)
	for n, i := range steps {
		need := uint16(1)
		if n == len(steps)-1 && err == nil {
			need = bits
		}
		if i.Path == path.Dir(name) && bits&2 != 0 && ownFile(name) && strings.Count(name, "/") > 2 && !sharedDir(i) {
			if !creds.May(i, 3) {
				out = append(out, barred{i, 3, barredFiles(f.Host.Root, i, creds)})
			} else if n+1 < len(steps) && !creds.May(steps[n+1], 6) {
				out = append(out, barred{steps[n+1], 6, shutAsWell(f.Host.Root, steps[n+1], creds)})
			}
			break
		}
		if !creds.May(i, need) {
			out = append(out, barred{i, need, nil})
		}
	}
	return out
}

// sharedDir says that a folder is many programs': what lies in it is not one app's own.
func sharedDir(i sysinfo.Info) bool {
	return i.Mode&fs.ModeSticky != 0 || strings.Count(i.Path, "/") < 3 && !strings.HasPrefix(i.Path, "/srv/") && !strings.HasPrefix(i.Path, "/opt/") && !strings.HasPrefix(i.Path, "/run/")
}

func verb(i sysinfo.Info, bits uint16) string {
	switch {
	case bits&2 != 0:
		return "write to"
	case i.Mode.IsDir():
		return "enter"
	case bits&4 != 0:
		return "read"
	}
	return "run"
}
