package checks

import (
	"fmt"
	"io/fs"
	"path"

	"fix502/sysinfo"
)

// mostGiven is how many files of a folder are looked at for the way back.
const mostGiven = 5000

// A sort of files is told from another by what giving it to a group leaves as it is; find's words for each.
var sortsOfFiles = [...]string{"-type d", "! -type d ! -type l -perm -u=x", "! -type d ! -type l ! -perm -u=x"}

// rightsBack gives a folder with all that is in it back to the group that it has now, with that group's rights: one for folders, for programs and for
// other files. Empty where they differ within, for which no short command is the way back, or where not all can be seen.
func rightsBack(r sysinfo.Root, dir string, users *sysinfo.Users) string {
	i, err := r.Lstat(dir)
	if err != nil {
		return ""
	}
	group, bits, left := i.GID, map[int]fs.FileMode{}, mostGiven
	var walk func(i sysinfo.Info) bool
	walk = func(i sysinfo.Info) bool {
		if left--; left < 0 {
			return false
		}
		if i.Mode&fs.ModeSymlink != 0 {
			return true
		}
		at := 2
		switch {
		case i.Mode.IsDir():
			at = 0
		case i.Mode&0o100 != 0:
			at = 1
		}
		was, known := bits[at]
		if bits[at] = i.Mode.Perm() & 0o070; i.GID != group || known && was != bits[at] {
			return false
		}
		if at != 0 {
			return true
		}
		names, err := r.ReadDir(i.Path)
		for _, n := range names {
			child, err := r.Lstat(path.Join(i.Path, n))
			if err != nil || !walk(child) {
				return false
			}
		}
		return err == nil
	}
	if !walk(i) {
		return ""
	}
	one := bits[0]
	for _, b := range bits {
		if b != one {
			out := fmt.Sprintf("find %s ! -type l -execdir chgrp -h %s {} +", sh(dir), sh(users.Group(group)))
			for at, which := range sortsOfFiles {
				if b, is := bits[at]; is {
					out += fmt.Sprintf("; find %s %s -execdir chmod %s {} +", sh(dir), which, groupMay(b))
				}
			}
			return out
		}
	}
	return notLinks(sh(dir), users.Group(group), groupMay(one))
}

// groupMay is chmod's word for the rights of a group alone.
func groupMay(bits fs.FileMode) string {
	out := "g="
	for i, letter := range "rwx" {
		if bits&(0o040>>i) != 0 {
			out += string(letter)
		}
	}
	return out
}
