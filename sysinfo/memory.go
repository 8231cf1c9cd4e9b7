package sysinfo

import (
	"bytes"
	"io/fs"
	"path"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// Memory is a tree of files kept in memory: a recorded machine's root.
type MemoryTree struct {
	mu    sync.RWMutex // a log may grow while it is read
	files map[string]*memoryFile
	now   time.Time
	ino   uint64
}

type memoryFile struct {
	info Info
	data []byte
	link string
	deny error
}

// NewMemoryTree is an empty "/", whose files are as old as now says unless Touch says otherwise.
func NewMemoryTree(now time.Time) *MemoryTree {
	m := &MemoryTree{files: map[string]*memoryFile{}, now: now}
	m.add("/", fs.ModeDir|0o755)
	return m
}

// Root is the tree as a Root.
func (m *MemoryTree) Root() Root { return Root{tree: m} }

// Write puts a file there, 0644 and root's.
func (m *MemoryTree) Write(name string, data []byte) { m.add(name, 0o644).data = data }

// Append lets a file grow, as a log does.
func (m *MemoryTree) Append(name string, data []byte) {
	f := m.at(name)
	m.mu.Lock()
	defer m.mu.Unlock()
	f.data = slices.Concat(f.data, data)
}

// Link puts a symbolic link there.
func (m *MemoryTree) Link(name, to string) { m.add(name, fs.ModeSymlink|0o777).link = to }

// Socket puts a socket file there.
func (m *MemoryTree) Socket(name string) { m.add(name, fs.ModeSocket|0o666) }

// Dir puts a directory there.
func (m *MemoryTree) Dir(name string) { m.add(name, fs.ModeDir|0o755) }

// Deny makes a file answer err, fs.ErrPermission say, to whoever opens or lists it.
func (m *MemoryTree) Deny(name string, err error) { m.at(name).deny = err }

// Own sets owner, group and permission bits.
func (m *MemoryTree) Own(name string, uid, gid int, perm fs.FileMode) {
	f := m.at(name)
	f.info.UID, f.info.GID, f.info.Mode = uid, gid, f.info.Mode.Type()|perm.Perm()
}

// Touch sets when a file was last changed.
func (m *MemoryTree) Touch(name string, t time.Time) { m.at(name).info.ModTime = t }

func (m *MemoryTree) at(name string) *memoryFile {
	if f := m.files[path.Clean(name)]; f != nil {
		return f
	}
	return m.add(name, fs.ModeDir|0o755)
}

func (m *MemoryTree) add(name string, mode fs.FileMode) *memoryFile {
	name = path.Clean("/" + name)
	if parent := path.Dir(name); m.files[parent] == nil && name != "/" {
		m.add(parent, fs.ModeDir|0o755)
	}
	m.ino++
	f := &memoryFile{info: Info{Path: name, Mode: mode, ModTime: m.now, Dev: 1, Ino: m.ino}}
	m.files[name] = f
	return f
}

func (m *MemoryTree) direct() bool { return false }

func (m *MemoryTree) find(op, name string) (*memoryFile, error) {
	f := m.files[name]
	if f == nil {
		return nil, &fs.PathError{Op: op, Path: name, Err: fs.ErrNotExist}
	}
	if f.deny != nil && op != "lstat" {
		return nil, &fs.PathError{Op: op, Path: name, Err: f.deny}
	}
	return f, nil
}

func (m *MemoryTree) lstat(name string) (Info, error) {
	if d := m.files[path.Dir(name)]; d != nil && d.deny != nil && name != "/" {
		return Info{}, &fs.PathError{Op: "lstat", Path: name, Err: d.deny}
	}
	f, err := m.find("lstat", name)
	if err != nil {
		return Info{}, err
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	info := f.info
	info.Size = int64(len(f.data))
	return info, nil
}

func (m *MemoryTree) readlink(name string) (string, error) {
	f, err := m.find("readlink", name)
	if err != nil {
		return "", err
	}
	if f.info.Mode&fs.ModeSymlink == 0 {
		return "", &fs.PathError{Op: "readlink", Path: name, Err: fs.ErrInvalid}
	}
	return f.link, nil
}

func (m *MemoryTree) readdir(name string) ([]string, error) {
	switch f, err := m.find("readdir", name); {
	case err != nil:
		return nil, err
	case !f.info.Mode.IsDir():
		return nil, &fs.PathError{Op: "readdir", Path: name, Err: syscall.ENOTDIR}
	}
	prefix := strings.TrimSuffix(name, "/") + "/"
	var out []string
	for p := range m.files {
		if rest, ok := strings.CutPrefix(p, prefix); ok && rest != "" && !strings.Contains(rest, "/") {
			out = append(out, rest)
		}
	}
	return out, nil
}

func (m *MemoryTree) open(name string) (File, error) {
	f, err := m.find("open", name)
	if err != nil {
		return nil, err
	}
	if !f.info.Mode.IsRegular() {
		return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrInvalid}
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	return memoryOpen{bytes.NewReader(f.data)}, nil
}

type memoryOpen struct{ *bytes.Reader }

func (memoryOpen) Close() error  { return nil }
func (f memoryOpen) Size() int64 { return f.Reader.Size() }
