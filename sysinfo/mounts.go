package sysinfo

import (
	"fmt"
	"os"
	"path"
	"strings"
	"sync"
	"time"
)

// mounts knows the filesystems that may stop answering: those that another machine or process serves. Any look
// at one of them first asks, once, whether it answers at all: a read from a dead one never returns.
type mounts struct {
	list []mount // longest paths first do not matter: all that match are asked
	mu   sync.Mutex
	dead map[string]error // by path; present once asked
}

type mount struct{ path, kind string }

// patienceWithMounts is how long a filesystem may take to answer stat(2).
const patienceWithMounts = 400 * time.Millisecond

// readMounts reads a mountinfo file: proc_pid_mountinfo(5).
func readMounts(file string) *mounts {
	m := &mounts{dead: map[string]error{}}
	b, err := os.ReadFile(file)
	if err != nil {
		return m
	}
	for line := range strings.Lines(string(b)) {
		left, right, ok := strings.Cut(line, " - ")
		l, r := strings.Fields(left), strings.Fields(right)
		if ok && len(l) > 4 && len(r) > 0 && served(r[0]) {
			m.list = append(m.list, mount{octal(l[4]), r[0]})
		}
	}
	return m
}

// served says that somebody else answers for a filesystem of this type.
func served(kind string) bool {
	switch kind {
	case "nfs", "nfs4", "cifs", "smb3", "smbfs", "ceph", "glusterfs", "9p", "afs", "lustre", "autofs", "ncpfs", "coda", "ocfs2", "gfs2", "beegfs", "davfs", "fuse", "fuseblk":
		return true
	}
	return strings.HasPrefix(kind, "fuse.") && kind != "fuse.lxcfs"
}

// octal undoes mountinfo's \040 for a blank.
func octal(s string) string {
	return strings.NewReplacer(`\040`, " ", `\011`, "\t", `\012`, "\n", `\134`, `\`).Replace(s)
}

// ask gives an error when name lies on a filesystem that does not answer.
func (m *mounts) ask(root, name string) error {
	for _, at := range m.list {
		if name != at.path && !strings.HasPrefix(name, strings.TrimSuffix(at.path, "/")+"/") {
			continue
		}
		if err := m.alive(root, at); err != nil {
			return err
		}
	}
	return nil
}

// Hung says why name cannot be looked at when it lies on a filesystem that does not answer; nil when it does, or lies
// on one of the machine's own.
func (r Root) Hung(name string) error {
	if d, ok := r.tree.(disk); ok {
		return d.hung(name)
	}
	return nil
}

func (m *mounts) alive(root string, at mount) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err, asked := m.dead[at.path]; asked {
		return err
	}
	answer := make(chan struct{}, 1)
	go func() {
		_, _ = os.Stat(path.Join(root, at.path)) // any answer is a sign of life
		answer <- struct{}{}
	}()
	var err error
	select {
	case <-answer:
	case <-time.After(patienceWithMounts):
		err = fmt.Errorf("the %s mount at %s does not answer", at.kind, at.path)
	}
	m.dead[at.path] = err
	return err
}
