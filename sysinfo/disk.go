package sysinfo

import (
	"encoding/binary"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// OpenRoot makes a directory of this machine play "/".
func OpenRoot(dir string) Root {
	d := disk{path.Clean(dir), nil}
	if pid, ok := strings.CutSuffix(d.dir, "/root"); ok && strings.HasPrefix(pid, "/proc/") {
		d.mounts = readMounts(pid + "/mountinfo")
	} else {
		d.mounts = readMounts("/proc/self/mountinfo")
	}
	return Root{tree: d}
}

// real says that this root is the machine's own "/".
func (r Root) real() bool {
	d, ok := r.tree.(disk)
	return ok && d.dir == "/"
}

// disk is a tree on this machine's own files.
type disk struct {
	dir    string
	mounts *mounts
}

func (d disk) direct() bool            { return d.dir == "/" && len(d.mounts.list) == 0 }
func (d disk) real(name string) string { return d.dir + name }

// hung tells a name that lies on a filesystem which does not answer, before anybody waits for it.
func (d disk) hung(name string) error {
	if strings.HasPrefix(d.dir, "/proc/") {
		return d.mounts.ask(d.dir, name)
	}
	return d.mounts.ask("/", path.Clean(d.real(name)))
}

func (d disk) lstat(name string) (Info, error) {
	if err := d.hung(name); err != nil {
		return Info{}, err
	}
	fi, err := os.Lstat(d.real(name))
	return infoOf(name, fi, err)
}

// stat lets the kernel follow the links; right for the real "/" alone.
func (d disk) stat(name string) (Info, error) {
	fi, err := os.Stat(name)
	return infoOf(name, fi, err)
}

func infoOf(name string, fi fs.FileInfo, err error) (Info, error) {
	if err != nil {
		return Info{}, err
	}
	info := Info{Path: name, Mode: fi.Mode(), Size: fi.Size(), ModTime: fi.ModTime()}
	if st, ok := fi.Sys().(*syscall.Stat_t); ok {
		info.UID, info.GID, info.Dev, info.Ino = int(st.Uid), int(st.Gid), uint64(st.Dev), st.Ino
		info.Changed = time.Unix(st.Ctim.Unix())
	}
	return info, nil
}

func (d disk) readlink(name string) (string, error) {
	if err := d.hung(name); err != nil {
		return "", err
	}
	return os.Readlink(d.real(name))
}

func (d disk) readdir(name string) ([]string, error) {
	if err := d.hung(name); err != nil {
		return nil, err
	}
	f, err := os.Open(d.real(name))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Readdirnames(-1)
}

func (d disk) open(name string) (File, error) {
	fd, err := unix.Open(d.real(name), unix.O_RDONLY|unix.O_NONBLOCK|unix.O_CLOEXEC|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: name, Err: err}
	}
	var st unix.Stat_t
	if err := unix.Fstat(fd, &st); err != nil {
		unix.Close(fd)
		return nil, &fs.PathError{Op: "stat", Path: name, Err: err}
	}
	if st.Mode&unix.S_IFMT != unix.S_IFREG {
		unix.Close(fd)
		return nil, fmt.Errorf("open %s: not a regular file", name)
	}
	return &diskFile{fd, st.Size, time.Unix(st.Mtim.Unix()), name}, nil
}

// diskFile is a regular file by its number: os.File would ask the kernel twice more for each whether it can be waited for.
type diskFile struct {
	fd      int
	size    int64
	written time.Time
	name    string
}

func (f *diskFile) Size() int64        { return f.size }
func (f *diskFile) ModTime() time.Time { return f.written }

func (f *diskFile) ReadAt(b []byte, off int64) (n int, err error) {
	for n < len(b) {
		got, err := unix.Pread(f.fd, b[n:], off+int64(n))
		switch {
		case err == unix.EINTR:
		case err != nil:
			return n, &fs.PathError{Op: "read", Path: f.name, Err: err}
		case got == 0:
			return n, io.EOF
		}
		n += max(got, 0)
	}
	return n, nil
}

func (f *diskFile) Close() error { return unix.Close(f.fd) }

// acl reads a POSIX access list: a 4-byte version, then 8 bytes an entry (include/uapi/linux/posix_acl_xattr.h).
func (d disk) acl(name string) []ACLEntry {
	buf := make([]byte, 4+8*64)
	n, err := unix.Lgetxattr(d.real(name), "system.posix_acl_access", buf)
	if err != nil || n < 4 {
		return nil
	}
	tags := map[uint16]string{0x01: "user_obj", 0x02: "user", 0x04: "group_obj", 0x08: "group", 0x10: "mask", 0x20: "other"}
	var out []ACLEntry
	for b := buf[4:n]; len(b) >= 8; b = b[8:] {
		out = append(out, ACLEntry{
			Tag: tags[binary.LittleEndian.Uint16(b)],
			Bit: binary.LittleEndian.Uint16(b[2:]),
			ID:  int(int32(binary.LittleEndian.Uint32(b[4:]))),
		})
	}
	return out
}
