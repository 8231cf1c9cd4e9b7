package lab

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// Sweep removes what a killed run left behind: machines whose lock nobody holds any more.
func Sweep() {
	letBoot, err := lock(sweeping)
	if err != nil {
		return // nothing has ever run here
	}
	defer letBoot()
	dirs, _ := filepath.Glob(filepath.Join(runDir, "*"))
	for _, dir := range dirs {
		f, err := os.OpenFile(filepath.Join(dir, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			continue
		}
		if syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB) == nil {
			m := &Machine{Name: filepath.Base(dir), dir: dir, groups: groups(filepath.Base(dir))}
			m.clear()
		}
		f.Close()
	}
}

// clear takes away everything: processes, mounts, cgroups, the directory.
func (m *Machine) clear() {
	for _, group := range m.groups {
		removeGroup(group)
	}
	for _, mount := range []string{m.root(), filepath.Join(m.dir, "layer")} {
		for syscall.Unmount(mount, syscall.MNT_DETACH) == nil {
		}
	}
	// A mount that would not go must not lose its files: only what is empty, and ours, is removed.
	for _, name := range []string{"root", "layer", ".#root.lck", "console", "lock"} {
		os.Remove(filepath.Join(m.dir, name))
	}
	os.Remove(m.dir)
}

// groups lists the machine's own cgroup in every hierarchy: one on new hosts, one per controller on old ones.
func groups(name string) []string {
	roots, _ := filepath.Glob("/sys/fs/cgroup/*/cgroup.procs")
	if _, err := os.Stat("/sys/fs/cgroup/cgroup.procs"); err == nil {
		roots = []string{"/sys/fs/cgroup/cgroup.procs"}
	}
	var found []string
	for _, procs := range roots {
		switch dir := filepath.Dir(procs); filepath.Base(dir) {
		case "cpuset": // takes no process before its cpus are set
		default:
			found = append(found, filepath.Join(dir, "fix502-lab-"+name))
		}
	}
	return found
}

// joinGroups makes the machine's cgroups, as many as this host lets it.
func (m *Machine) joinGroups() {
	m.groups = nil
	for _, group := range groups(m.Name) {
		if os.MkdirAll(group, 0o755) == nil {
			m.groups = append(m.groups, group)
		}
	}
}

// removeGroup kills what lives in a cgroup and below it, and removes it. Killing init, which nspawn would leave
// alone, takes the whole machine with it; the kernel needs a moment for that.
func removeGroup(dir string) {
	for range 100 {
		var below []string
		filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.IsDir() {
				below = append(below, path)
			}
			return nil
		})
		for _, group := range slices.Backward(below) {
			killAll(group)
			os.Remove(group)
		}
		if _, err := os.Stat(dir); errors.Is(err, fs.ErrNotExist) {
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
}

func killAll(group string) {
	list, _ := os.ReadFile(filepath.Join(group, "cgroup.procs"))
	for _, word := range strings.Fields(string(list)) {
		if pid, err := strconv.Atoi(word); err == nil && pid > 1 {
			syscall.Kill(pid, syscall.SIGKILL)
		}
	}
}
