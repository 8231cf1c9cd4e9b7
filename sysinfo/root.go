package sysinfo

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path"
	"sort"
	"strings"
	"syscall"
	"time"
)

// MaxFile is how much of one file ReadFile returns at the most; configs are far smaller.
const MaxFile = 16 << 20

// Root is a directory that plays "/": the real one, a container's (/proc/PID/root), a mounted disk, or a
// recorded machine's in memory. Links are followed inside it, as chroot would: an absolute link of Debian's
// sites-enabled leads to the same root's sites-available.
type Root struct {
	tree  tree
	outer *outer // where the machine has it, when it is a container's
}

// tree is what a Root stands on. Names are absolute and clean; none of its methods follows a link.
type tree interface {
	lstat(name string) (Info, error)
	readlink(name string) (string, error)
	readdir(name string) ([]string, error)
	open(name string) (File, error) // regular files only
	direct() bool                   // the kernel may follow links itself: this is the real "/"
}

// File is an open regular file.
type File interface {
	io.ReaderAt
	io.Closer
	Size() int64 // when it was opened
}

// Info is what a file is: type, mode, owner, age and place on its filesystem.
type Info struct {
	Path     string
	Mode     fs.FileMode
	UID, GID int
	Size     int64
	ModTime  time.Time
	Changed  time.Time // when its content, owner, mode or name last changed (inode(7), ctime); zero where that is not known
	Dev, Ino uint64
	ACL      []ACLEntry // POSIX access list, where it says more than the mode (acl(5))
}

// ACLEntry grants permission bits (4 read, 2 write, 1 search) to a user, a group, or caps both ("mask").
type ACLEntry struct {
	Tag string // "user", "group", "mask", "user_obj", "group_obj", "other"
	ID  int
	Bit uint16
}

// Stat follows links.
func (r Root) Stat(name string) (Info, error) {
	if r.tree == nil {
		return Info{}, fmt.Errorf("%s: %w", name, ErrNotHere)
	}
	if d, ok := r.tree.(interface {
		stat(name string) (Info, error)
	}); ok && r.tree.direct() {
		return d.stat(name)
	}
	_, steps, err := r.walk(name)
	if err != nil {
		return Info{}, err
	}
	return steps[len(steps)-1], nil
}

// Lstat looks at name itself, after the links of the directories before it.
func (r Root) Lstat(name string) (Info, error) {
	dir, err := r.Resolve(path.Dir(name))
	if err != nil {
		return Info{}, err
	}
	return r.tree.lstat(path.Join(dir, path.Base(name)))
}

// Readlink reads one link, unresolved.
func (r Root) Readlink(name string) (string, error) {
	if r.tree == nil {
		return "", ErrNotHere
	}
	return r.tree.readlink(path.Clean(name))
}

// Open opens a regular file; anything else, a FIFO or a device say, is an error and is never waited for.
func (r Root) Open(name string) (File, error) {
	if r.tree == nil {
		return nil, fmt.Errorf("%s: %w", name, ErrNotHere)
	}
	if r.tree.direct() {
		return r.tree.open(path.Clean(name))
	}
	p, err := r.Resolve(name)
	if err != nil {
		return nil, err
	}
	return r.tree.open(p)
}

// ReadFile reads a regular file of at most MaxFile bytes. Files of /proc have size 0 and are read to their end.
func (r Root) ReadFile(name string) ([]byte, error) {
	f, err := r.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return readAll(f, name)
}

// ReadDated is ReadFile with the time at which the file was last written; zero where that is not known.
func (r Root) ReadDated(name string) ([]byte, time.Time, error) {
	f, err := r.Open(name)
	if err != nil {
		return nil, time.Time{}, err
	}
	defer f.Close()
	b, err := readAll(f, name)
	if d, ok := f.(interface{ ModTime() time.Time }); ok {
		return b, d.ModTime(), err
	}
	info, _ := r.Stat(name) // it was opened: its time is all that can be missing
	return b, info.ModTime, err
}

func readAll(f File, name string) ([]byte, error) {
	if f.Size() > MaxFile {
		return nil, fmt.Errorf("read %s: %d MiB is too large for a config", name, f.Size()>>20)
	}
	if b := make([]byte, f.Size()); len(b) > 0 {
		if _, err := f.ReadAt(b, 0); err == nil {
			return b, nil
		}
	}
	b, err := io.ReadAll(io.NewSectionReader(f, 0, MaxFile)) // it says no size, or has another one by now
	if err != nil {
		return b, fmt.Errorf("read %s: %w", name, err)
	}
	return b, nil
}

// Tail is the end of a file, at most n bytes of it.
func (r Root) Tail(name string, n int64) (string, error) {
	file, err := r.Open(name)
	if err != nil {
		return "", err
	}
	defer file.Close()
	size := file.Size()
	buf := make([]byte, min(size, n))
	got, err := file.ReadAt(buf, size-int64(len(buf)))
	if err != nil && err != io.EOF {
		return "", fmt.Errorf("read %s: %w", name, err)
	}
	return string(buf[:got]), nil
}

// ReadDir gives the sorted names in a directory.
func (r Root) ReadDir(name string) ([]string, error) {
	p, err := r.Resolve(name)
	if err != nil {
		return nil, err
	}
	names, err := r.tree.readdir(p)
	sort.Strings(names)
	return names, err
}

// Exists says whether name is there; false also when nobody may look, so ask Stat where that matters.
func (r Root) Exists(name string) bool {
	if name == "" { // nothing, and not the root
		return false
	}
	_, err := r.Stat(name)
	return err == nil
}

// Glob matches as glob(3) does: sorted, and a hidden file only when the pattern starts with a dot there too.
func (r Root) Glob(pattern string) ([]string, error) {
	if !strings.ContainsAny(pattern, "*?[") {
		if r.Exists(pattern) {
			return []string{pattern}, nil
		}
		return nil, nil
	}
	dir, base := path.Split(path.Clean(pattern))
	dirs, err := r.Glob(path.Clean(dir))
	if err != nil {
		return nil, err
	}
	var out []string
	for _, d := range dirs {
		names, err := r.ReadDir(d)
		if err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, syscall.ENOTDIR) && !errors.Is(err, syscall.ELOOP) {
			return out, fmt.Errorf("list %s: %w", d, err)
		}
		for _, n := range names {
			hidden := strings.HasPrefix(n, ".") && !strings.HasPrefix(base, ".")
			if ok, err := path.Match(base, n); err != nil {
				return nil, err
			} else if ok && !hidden {
				out = append(out, path.Join(d, n))
			}
		}
	}
	return out, nil
}
