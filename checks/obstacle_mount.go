package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// notMounted: what a service is started from lies on a filesystem of /etc/fstab that is not mounted: noauto, or it failed at the boot.
func notMounted(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if !fails(u) && (u.Result == "" || u.Result == "success") {
		return nil // it was stopped
	}
	for _, file := range startedFrom(ctx, f, u) {
		if f.Host.Root.Exists(file) && !holdsNothing(f, file) {
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
			if line := configLine(f.Host.Root, at); mayWait(f, line) {
				x.Undo = setLine(f.Host.Root, at, line) + "; " + x.Undo
				return x.Do("And at every boot, which goes on without it (nofail)", "%s", replace(f.Host.Root, at, "noauto", "nofail"))
			}
			return x
		}}
	}
	return nil
}

// mayWait says that a line of /etc/fstab keeps from the boot what the boot could mount: no volume that a person unlocks, nothing of the
// network's, nothing that systemd mounts when somebody asks for it.
func mayWait(f *sysinfo.Facts, line string) bool {
	line = strings.Join(strings.Fields(line), " ") // mostly tabs part them
	device, _, _ := strings.Cut(line, " ")
	locked, err := f.Host.Root.ReadFile("/etc/crypttab")
	name := path.Base(device)
	return strings.Count(line, "noauto") == 1 && !containsAny(line, "_netdev", "x-systemd.automount", "nofail", " nfs", " cifs", " sshfs", "fuse.") &&
		!(err == nil && (strings.HasPrefix(device, "UUID=") || strings.Contains(string(locked), name)))
}
