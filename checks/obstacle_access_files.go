package checks

import (
	"path"

	"fix502/sysinfo"
)

// barredFiles are root's files in a folder of root's that a program may not write; in another's a link may take a file's place.
func barredFiles(r sysinfo.Root, dir sysinfo.Info, creds sysinfo.Creds) []sysinfo.Info {
	var out []sysinfo.Info
	if dir.UID != 0 {
		return nil
	}
	names, _ := r.ReadDir(dir.Path) // unreadable: the folder's own step remains
	for _, n := range names[:min(len(names), 200)] {
		if i, err := r.Lstat(path.Join(dir.Path, n)); err == nil && i.Mode.IsRegular() && i.UID == 0 && !creds.May(i, 6) {
			out = append(out, i)
		}
	}
	return out
}

// shutAsWell are the files beside a log that are as closed as it: a rotation's "create 0640 root root" makes them all so, and the program would
// stumble over the next.
func shutAsWell(r sysinfo.Root, log sysinfo.Info, creds sysinfo.Creds) []sysinfo.Info {
	dir := path.Dir(log.Path)
	names, _ := r.ReadDir(dir)
	var out []sysinfo.Info
	for _, n := range names[:min(len(names), 200)] {
		name := path.Join(dir, n)
		if i, err := r.Lstat(name); err == nil && name != log.Path && path.Ext(n) == path.Ext(log.Path) && i.Mode.IsRegular() && i.UID == log.UID && i.GID == log.GID && i.Mode == log.Mode && !creds.May(i, 6) {
			out = append(out, i)
		}
	}
	return out
}
