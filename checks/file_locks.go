package checks

import (
	"fmt"
	"path"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// fileLock is a lock on a file for which processes wait.
type fileLock struct {
	holder  int
	waiting []int
}

// locksAwaited reads /proc/locks (proc(5)): "1: FLOCK  ADVISORY  WRITE 495 00:2d:1234 0 EOF", with "->" behind the number for those that
// wait for that lock. Only the locks are given for which some of the processes wait.
func locksAwaited(locks string, processes map[int]bool) []fileLock {
	var out []fileLock
	var cur fileLock
	add := func() {
		if len(cur.waiting) > 0 {
			out = append(out, cur)
		}
	}
	for line := range strings.Lines(locks) {
		w := strings.Fields(line)
		waits := len(w) > 5 && w[1] == "->"
		if waits {
			w = append(w[:1:1], w[2:]...)
		}
		if len(w) < 6 || w[1] != "FLOCK" && w[1] != "POSIX" {
			continue
		}
		pid, _ := strconv.Atoi(w[4]) // 0 for a process of another namespace
		switch {
		case !waits:
			add()
			cur = fileLock{holder: pid}
		case processes[pid]:
			cur.waiting = append(cur.waiting, pid)
		}
	}
	add()
	return out
}

// lockedFile is the file that two processes have open, by its name; "a file" where only root may see.
func lockedFile(f *sysinfo.Facts, waiting, holder int) string {
	open := map[string]bool{}
	for _, file := range filesOpenBy(f, holder) {
		open[file] = true
	}
	for _, file := range filesOpenBy(f, waiting) {
		if open[file] && path.IsAbs(file) && !inside(file, "/dev") {
			return file
		}
	}
	return "a file"
}

// filesOpenBy are the files that a process has open (proc(5), /proc/PID/fd); none where they are not ours to see, or it is gone.
func filesOpenBy(f *sysinfo.Facts, pid int) []string {
	var out []string
	dir := fmt.Sprintf("/proc/%d/fd", pid)
	names, _ := f.Host.Root.ReadDir(dir)
	for _, fd := range names {
		if to, err := f.Host.Root.Readlink(dir + "/" + fd); err == nil {
			out = append(out, to)
		}
	}
	return out
}
