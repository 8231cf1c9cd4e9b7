package checks

import (
	"slices"

	"fix502/sysinfo"
)

// mounts reads the table once for a whole run: every file of every service asks it.
func mounts(f *sysinfo.Facts) ([]sysinfo.Filesystem, error) {
	return sysinfo.Memo(f, "mount table", func() ([]sysinfo.Filesystem, error) { return sysinfo.MountTable(f.Host.Root) })
}

// mountedAt is the filesystem on which a file lies, as everybody sees it: of several at one place the last covers the others.
func mountedAt(f *sysinfo.Facts, file string) (sysinfo.Filesystem, bool) {
	var out sysinfo.Filesystem
	all, _ := mounts(f) // unreadable: none is known
	for _, m := range all {
		if inside(file, m.Dir) && len(m.Dir) >= len(out.Dir) {
			out = m
		}
	}
	return out, out.Dir != ""
}

// isMounted says that something is mounted at a folder, or that nobody can know.
func isMounted(f *sysinfo.Facts, dir string) bool {
	all, err := mounts(f)
	return err != nil || slices.ContainsFunc(all, func(m sysinfo.Filesystem) bool { return m.Dir == dir })
}

// holdsNothing says that a folder is empty, but for what a new filesystem has.
func holdsNothing(f *sysinfo.Facts, dir string) bool {
	names, err := f.Host.Root.ReadDir(dir)
	return err == nil && (len(names) == 0 || len(names) == 1 && names[0] == "lost+found")
}
