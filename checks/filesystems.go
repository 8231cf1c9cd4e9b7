package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// filesystem is one that the way of a request writes to.
type filesystem struct {
	mount string
	space sysinfo.Space
	uses  []usedDir
	err   error
}

// filesystems asks each filesystem in use once.
func filesystems(ctx context.Context, f *sysinfo.Facts) ([]*filesystem, error) {
	return sysinfo.Memo(f, "filesystems", func() ([]*filesystem, error) {
		dirs, err := usedDirs(ctx, f)
		if err != nil {
			return nil, err
		}
		byMount := map[string]*filesystem{}
		var out []*filesystem
		for _, d := range append(dirs, usedDir{path: "/", why: "the system"}) {
			root, real := f.Host.Root, d.path
			if d.g != nil && d.g.Foreign {
				root = d.g.Root
			}
			mount := mountOf(root, d.path)
			if mount == "" {
				continue // not there
			}
			if d.g != nil && d.g.Foreign {
				mount = fmt.Sprintf("/proc/%d/root%s", d.g.PID, mount)
			}
			fsys := byMount[mount]
			if fsys == nil {
				fsys = &filesystem{mount: mount}
				fsys.space, fsys.err = f.Host.Meters.Space(ctx, mount)
				byMount[mount] = fsys
				out = append(out, fsys)
			}
			d.path = real
			fsys.uses = append(fsys.uses, d)
		}
		return out, nil
	})
}

// mountOf is the topmost directory on the filesystem of a path; empty when nothing of it is there.
func mountOf(r sysinfo.Root, name string) string {
	steps, _ := r.Walk(name) // a path that ends early still lies somewhere
	if len(steps) == 0 {
		return ""
	}
	last := len(steps) - 1
	for last > 0 && !steps[last].Mode.IsDir() {
		last--
	}
	for last > 0 && steps[last-1].Dev == steps[last].Dev {
		last--
	}
	return steps[last].Path
}

// full says that a program can hardly write one more file. Into an image, which has no room to spare ever, nobody writes.
func (s *filesystem) full() bool {
	return s.err == nil && !s.space.ReadOnly && s.space.Total > 0 && (s.space.Free < 16<<10 || s.space.Free < 16<<20 && s.space.Free < s.space.Total/200)
}

// small says that a filesystem of its own is so small that one large request may fill it, and is gone from it at once.
func (s *filesystem) small() bool {
	return s.err == nil && s.mount != "/" && s.space.Total > 0 && s.space.Total < 1<<30
}

// noInodes says that there is no room for one more file, however small.
func (s *filesystem) noInodes() bool {
	return s.err == nil && !s.space.ReadOnly && s.space.Inodes > 0 && s.space.IUse >= s.space.Inodes
}

// on says that a file lies on this filesystem.
func (s *filesystem) on(r sysinfo.Root, name string) bool {
	return mountOf(r, path.Dir(name)) == s.mount
}

func (s *filesystem) purpose() string {
	var out []string
	seen := map[string]bool{}
	for _, u := range s.uses {
		if !seen[u.why] {
			seen[u.why] = true
			out = append(out, u.why)
		}
	}
	if len(out) > 3 {
		out = append(out[:3], "more")
	}
	return strings.Join(out, ", ")
}
