package sysinfo

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"syscall"
)

// maxLinks is how many symbolic links one path may run through (Linux: MAXSYMLINKS, 40).
const maxLinks = 40

// Resolve gives the path behind every link of name, inside the root.
func (r Root) Resolve(name string) (string, error) {
	if r.tree == nil {
		return "", fmt.Errorf("%s: %w", name, ErrNotHere)
	}
	p, _, err := r.walk(name)
	return p, err
}

// Walk gives every directory on the way to name and name itself, as far as it gets: those on the way to a link come before
// those on the way to where it leads, for the kernel passes through both (path_resolution(7)). The error
// is the one the kernel would answer: fs.ErrNotExist, fs.ErrPermission.
func (r Root) Walk(name string) ([]Info, error) {
	_, steps, err := r.walk(name)
	if lists, ok := r.tree.(interface{ acl(name string) []ACLEntry }); ok {
		for i := range steps {
			steps[i].ACL = lists.acl(steps[i].Path)
		}
	}
	return steps, err
}

func (r Root) walk(name string) (string, []Info, error) {
	todo := parts(name)
	at := "/"
	var steps []Info
	for links := 0; ; {
		info, err := r.tree.lstat(at)
		if err != nil {
			return at, steps, err
		}
		if info.Mode&fs.ModeSymlink != 0 {
			if links++; links > maxLinks {
				return at, steps, fmt.Errorf("%s: %w", name, syscall.ELOOP)
			}
			to, err := r.tree.readlink(at)
			if err != nil {
				return at, steps, err
			}
			if !path.IsAbs(to) {
				to = path.Join(path.Dir(at), to)
			}
			todo, at = append(parts(to), todo...), "/"
			continue
		}
		if links > 0 { // the way to where it leads may pass what was passed already
			steps = slices.DeleteFunc(steps, func(i Info) bool { return i.Path == at })
		}
		steps = append(steps, info)
		if len(todo) == 0 {
			return at, steps, nil
		}
		if !info.Mode.IsDir() {
			return at, steps, fmt.Errorf("%s is not a directory: %w", at, fs.ErrNotExist)
		}
		if todo[0] == ".." {
			at = path.Dir(at)
		} else {
			at = path.Join(at, todo[0])
		}
		todo = todo[1:]
	}
}

// follow is what name leads to. Files lie together: dirs keeps where their folders lead, so that thousands cost one question each.
func (r Root) follow(dirs map[string]string, name string) (Info, error) {
	if r.tree == nil {
		return Info{}, fmt.Errorf("%s: %w", name, ErrNotHere)
	}
	dir, known := dirs[path.Dir(name)]
	if !known {
		var err error
		if dir, err = r.Resolve(path.Dir(name)); err != nil {
			return Info{}, err
		}
		dirs[path.Dir(name)] = dir
	}
	info, err := r.tree.lstat(path.Join(dir, path.Base(name)))
	if err != nil || info.Mode&fs.ModeSymlink == 0 {
		return info, err
	}
	_, steps, err := r.walk(name)
	if err != nil {
		return Info{}, err
	}
	return steps[len(steps)-1], nil
}

func parts(name string) []string {
	var out []string
	for p := range strings.SplitSeq(name, "/") {
		if p != "" && p != "." {
			out = append(out, p)
		}
	}
	return out
}
