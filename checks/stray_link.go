package checks

import (
	"io/fs"
	"path"
	"strings"

	"fix502/sysinfo"
)

// strayLink says that a link on the way to a file is of somebody else than root, and that the file it leads to is not his: root reads
// and writes there what the link's owner may not, and is led by him.
func strayLink(r sysinfo.Root, name string) bool {
	end, err := r.Stat(name)
	return err == nil && linkOf(r, name, end.UID, 8)
}

// linkOf says that a link on the way belongs neither to root nor to a user; deep is how many links may follow each other.
func linkOf(r sysinfo.Root, name string, user int, deep int) bool {
	at := "/"
	for part := range strings.SplitSeq(strings.Trim(path.Clean(name), "/"), "/") {
		at = path.Join(at, part)
		i, err := r.Lstat(at)
		if err != nil || i.Mode&fs.ModeSymlink == 0 {
			continue
		}
		to, err := r.Readlink(at)
		if err != nil || deep == 0 || i.UID != 0 && i.UID != user {
			return true
		}
		if !path.IsAbs(to) {
			to = path.Join(path.Dir(at), to)
		}
		if linkOf(r, to, user, deep-1) {
			return true
		}
	}
	return false
}
