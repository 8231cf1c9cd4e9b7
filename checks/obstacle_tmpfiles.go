package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// madeForAnother points an obstacle in a folder of /run to the line of tmpfiles.d that makes it, at each boot anew, for somebody else: what is
// changed by hand is gone after the next one (tmpfiles.d(5): type, path, mode, user, group). A folder that does not bear the service's name is
// another one's, which it names by a slip, or many's.
func madeForAnother(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit, o *obstacle, dir string) {
	at, fields := tmpfilesLine(f.Host.Root, dir)
	who, group := servedBy(ctx, f, u)
	for len(fields) < 5 {
		fields = append(fields, "-")
	}
	if !at.Known() || fields[3] == who {
		return
	}
	line := configLine(f.Host.Root, at)
	fields[3], fields[4] = who, group
	o.says += fmt.Sprintf(", which %s makes for another user at each boot", at)
	o.evidence = append(o.evidence, lineOf(f.Host.Root, at))
	if !bearsName(dir, u, who) {
		return
	}
	o.where = at
	o.clear = func(x Fix) Fix {
		file := sh(realFile(f.Host.Root, at.File))
		x.Undo = setLine(f.Host.Root, at, line) + "; systemd-tmpfiles --create " + file
		return x.Do("Let the line make it for "+who, "%s", setLine(f.Host.Root, at, strings.Join(fields, " "))).Do("Do now what it does at each boot", "systemd-tmpfiles --create %s", file)
	}
}

// tmpfilesLine is an admin's line that makes a folder, in its fields.
func tmpfilesLine(r sysinfo.Root, dir string) (sysinfo.Place, []string) {
	const folder = "/etc/tmpfiles.d"
	names, _ := r.ReadDir(folder) // none is common
	for _, name := range names {
		if path.Ext(name) != ".conf" {
			continue
		}
		if at, fields := folderLine(r, path.Join(folder, name), dir); at.Known() {
			return at, fields
		}
	}
	return sysinfo.Place{}, nil
}

// folderLine is the line of one such file that makes a folder, in its fields.
func folderLine(r sysinfo.Root, file, dir string) (sysinfo.Place, []string) {
	at := sysinfo.Place{File: file}
	b, err := r.ReadFile(file)
	if err != nil || len(b) > 64<<10 {
		return sysinfo.Place{}, nil
	}
	for line := range strings.Lines(string(b)) {
		at.Line++
		if w := strings.Fields(line); len(w) > 1 && strings.EqualFold(strings.Trim(w[0], "!+-=~^$"), "d") && path.Clean(w[1]) == dir {
			return at, w
		}
	}
	return sysinfo.Place{}, nil
}
