package checks

import (
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// packagesFolder is the line of a package's that makes a folder of /run at each boot, in its fields (tmpfiles.d(5)). An admin's file of the same name
// takes the place of the package's.
func packagesFolder(r sysinfo.Root, dir string) (sysinfo.Place, []string) {
	files, _ := r.Glob("/usr/lib/tmpfiles.d/*.conf") // none is common
	for _, file := range files {
		at, fields := folderLine(r, file, sysinfo.InRun(dir))
		if !at.Known() {
			at, fields = folderLine(r, file, path.Join("/var", sysinfo.InRun(dir)))
		}
		if at.Known() && len(fields) > 4 && !r.Exists(path.Join("/etc/tmpfiles.d", path.Base(file))) {
			return at, fields
		}
	}
	return sysinfo.Place{}, nil
}

// shutFolder says that a folder of /run is not as its package makes it: it is gone, another's, or closed further.
func shutFolder(ctx context.Context, f *sysinfo.Facts, dir string) bool {
	r := f.Host.Root
	at, fields := packagesFolder(r, dir)
	if !at.Known() {
		return false
	}
	i, err := r.Lstat(sysinfo.InRun(dir))
	mode, err2 := strconv.ParseUint(strings.TrimLeft(fields[2], "~:"), 8, 32)
	if err != nil {
		return true
	}
	users, err3 := f.Users(ctx)
	who, known := users.Creds(fields[3])
	return err2 == nil && err3 == nil && known && (uint64(i.Mode.Perm())&mode != mode&0o777 || i.UID != who.UID)
}

// runFolderBack has systemd make such a folder as it does at each boot.
func runFolderBack(ctx context.Context, f *sysinfo.Facts, x Fix, dir string) (Fix, bool) {
	r := f.Host.Root
	at, _ := packagesFolder(r, dir)
	if !shutFolder(ctx, f, dir) {
		return x, false
	}
	x.Title, x.Undo = "Let "+sysinfo.InRun(dir)+" be as its package makes it", ""
	if i, err := r.Lstat(sysinfo.InRun(dir)); err == nil {
		x.Undo = fmt.Sprintf("chown %d:%d %s; chmod %o %s", i.UID, i.GID, sh(i.Path), i.Mode.Perm(), sh(i.Path))
	}
	return x.Do("As at each boot: "+at.String()+" says whose it is and who may enter", "systemd-tmpfiles --create %s", sh(at.File)), true
}

// runFolder: the folder of a store's socket in /run is gone, or not as its package makes it, so that it cannot make its socket.
func runFolder(ctx context.Context, f *sysinfo.Facts, said Evidence, dir string) *obstacle {
	r := f.Host.Root
	if !shutFolder(ctx, f, dir) {
		return nil
	}
	dir = sysinfo.InRun(dir)
	o := &obstacle{where: sysinfo.Place{File: dir}, says: dir + ", in which it makes its socket, does not exist", evidence: []Evidence{said}}
	if i, err := r.Lstat(dir); err == nil {
		users, _ := f.Users(ctx) // shutFolder has read them
		o.says = "it may not make its socket in " + dir + ", which is another's"
		o.evidence = append(o.evidence, Evidence{Source: "ls -ld " + dir, Text: modeText(i, users)})
	}
	o.clear = func(x Fix) Fix {
		x, _ = runFolderBack(ctx, f, x, dir)
		return x
	}
	return o
}
