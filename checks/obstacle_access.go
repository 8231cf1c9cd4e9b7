package checks

import (
	"context"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"strings"

	"fix502/sysinfo"
)

// barred is a step on the way to a file that a service's user is refused, and the bits that it needs there.
type barred struct {
	sysinfo.Info
	need uint16
	all  bool // and all that lies in it
}

// shutOut: the user that the service runs as may not pass a folder on the way to a file, or not use the file.
func shutOut(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, o *obstacle, name string, bits uint16) *obstacle {
	users, err := f.Users(ctx)
	all := barredOn(ctx, f, u, name, bits)
	if err != nil || len(all) == 0 {
		return nil
	}
	who, group := servedBy(ctx, f, u)
	o.says = fmt.Sprintf("its user %s may not %s %s", who, verb(all[0].Info, all[0].need), all[0].Path)
	for _, b := range all {
		o.evidence = append(o.evidence, Evidence{Source: "ls -ld " + b.Path, Text: modeText(b.Info, users)})
	}
	o.clear = func(x Fix) Fix {
		for _, b := range all {
			x = letIn(u, x, b, who, group, users)
		}
		return x
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
			if !creds.May(i, 3) || n+1 < len(steps) && !creds.May(steps[n+1], 6) {
				out = append(out, barred{i, 3, true})
			}
			break
		}
		if !creds.May(i, need) {
			out = append(out, barred{i, need, false})
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

// letIn gives a service's group what it needs, in the whole of the app's own folder, and in one step only elsewhere.
func letIn(u sysinfo.Unit, x Fix, b barred, who, group string, users *sysinfo.Users) Fix {
	file := sh(b.Path)
	if strings.HasPrefix(b.Path, "/root") || strings.HasPrefix(b.Path, "/home") && b.Mode.IsDir() && b.need == 1 {
		x.Undo = fmt.Sprintf("setfacl -x u:%s %s", sh(who), file)
		return x.Do("Allow passing through, not listing, for this user only", "setfacl -m u:%s:x %s || chmod o+x %s", sh(who), file, file)
	}
	mode, all := "g+rX", ""
	if b.need&2 != 0 {
		mode = "g+rwX"
	}
	dir := strings.TrimLeft(u.Props["WorkingDirectory"], "!-")
	if b.all || inside(b.Path, dir) && strings.Count(dir, "/") > 1 && b.Mode.IsDir() {
		all = "-R "
	}
	x.Undo = fmt.Sprintf("chgrp %s%s %s; chmod %04o %s", all, sh(users.Group(b.GID)), file, b.Mode.Perm(), file)
	return x.Do(fmt.Sprintf("Give %s to the service's group (if all in it was %s's before, chown -R %s is the better way)", b.Path, who, who), "chgrp %s%s %s", all, sh(group), file).
		Do("Let the group use it", "chmod %s%s %s", all, mode, file)
}

var (
	refusedFile = regexp.MustCompile(`(?i)permission denied|PermissionError|EACCES|isn't writable`)
	absentFile  = regexp.MustCompile(`(?i)no such file or directory|FileNotFoundError|ENOENT|isn't writable`)
	pathInLine  = regexp.MustCompile(`['"(\x60 =](/[^\s'":;,)\x60]+)`)
)

// missesFile: the program itself says which file it may not use, or which folder of its own files is not there.
func missesFile(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Journal(ctx, u.Name)
	if err != nil || !fails(u) && u.Result == "success" {
		return nil
	}
	for n := len(lines) - 1; n >= max(0, len(lines)-60); n-- {
		text := lines[n].Text
		if !refusedFile.MatchString(text) && !absentFile.MatchString(text) {
			continue
		}
		for _, m := range pathInLine.FindAllStringSubmatch(" "+text, -1) {
			o := &obstacle{where: execPlace(f, u), evidence: []Evidence{{Source: u.Log(), Text: text, Time: lines[n].Time}}}
			if o = unusable(ctx, f, u, o, m[1], text); o != nil {
				return o
			}
		}
	}
	return nil
}

// unusable says what is wrong with a file that a program complains about.
func unusable(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, o *obstacle, file, text string) *obstacle {
	dir := path.Dir(file)
	if absentFile.MatchString(text) && !f.Host.Root.Exists(dir) && ownFile(file) && strings.Count(file, "/") > 2 {
		o.says = fmt.Sprintf("it writes %s, and the folder does not exist", file)
		o.clear = func(x Fix) Fix {
			x.Undo = "rmdir " + sh(dir)
			return x.Do("Make the folder, for the user that the service runs as", "%s", makeFolder(ctx, f, u, dir))
		}
		return o
	}
	if !refusedFile.MatchString(text) {
		return nil
	}
	switch {
	case !f.Host.Root.Exists(file):
		return shutOut(ctx, f, u, o, dir, 3) // it would be made there
	case ownFile(file) || strings.Contains(text, "writable"):
		return shutOut(ctx, f, u, o, file, 6)
	}
	return shutOut(ctx, f, u, o, file, 4)
}

// ownFile says that a program makes a file of that name by itself.
func ownFile(name string) bool {
	return containsAny(path.Ext(name), ".log", ".pid", ".sock", ".socket", ".lock", ".db", ".sqlite", ".sqlite3", ".err", ".out")
}
