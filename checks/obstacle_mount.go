package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// notMounted: what a service is started from lies on a filesystem of /etc/fstab that is not mounted: noauto, or it failed at the boot.
func notMounted(_ context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	for _, file := range append([]string{u.Props["WorkingDirectory"]}, strings.Fields(u.Exec)...) {
		file = strings.TrimLeft(file, "-+!@:")
		if !path.IsAbs(file) || f.Host.Root.Exists(file) && !emptyFolder(f, file) {
			continue
		}
		mount := mountedAbove(f, file)
		at, ok := fstabLine(f, mount)
		if mount == "" || !ok || isMounted(f, mount) {
			continue
		}
		return &obstacle{where: at, says: fmt.Sprintf("%s, where %s should be, is not mounted", mount, file), evidence: []Evidence{lineOf(f.Host.Root, at), {Source: "findmnt " + mount, Text: "nothing is mounted there"}}, clear: func(x Fix) Fix {
			x.Undo = "umount " + sh(mount)
			x = x.Do("Mount it, as /etc/fstab says", "mount %s", sh(mount))
			for _, word := range []string{",noauto", "noauto,"} {
				if line := configLine(f.Host.Root, at); strings.Count(line, word) == 1 {
					x.Undo = setLine(f.Host.Root, at, line) + "; " + x.Undo
					return x.Do("And at every boot", "%s", replace(f.Host.Root, at, word, ""))
				}
			}
			return x
		}}
	}
	return nil
}

// isMounted says that something is mounted at a folder, or that nobody can know.
func isMounted(f *sysinfo.Facts, dir string) bool {
	b, err := f.Host.Root.ReadFile("/proc/mounts")
	if err != nil {
		return true
	}
	for line := range strings.Lines(string(b)) {
		if w := strings.Fields(line); len(w) > 1 && w[1] == dir {
			return true
		}
	}
	return false
}

func emptyFolder(f *sysinfo.Facts, dir string) bool {
	names, err := f.Host.Root.ReadDir(dir)
	return err == nil && len(names) == 0
}
