package sysinfo

import (
	"path"
	"strconv"
	"strings"
)

// WorkerCost is what one worker takes of the memory, in bytes: the largest of the workers' proportional set sizes
// (smaps_rollup, root only) or, without root, of their anonymous memory (RssAnon). The second result is the mean.
func (f *Facts) WorkerCost(workers []Proc) (largest, mean uint64) {
	var sum, n uint64
	for _, w := range workers {
		v := f.procKB(w.PID, "smaps_rollup", "Pss:")
		if v == 0 {
			v = f.procKB(w.PID, "status", "RssAnon:")
		}
		if v == 0 {
			continue
		}
		largest = max(largest, v<<10)
		sum, n = sum+v<<10, n+1
	}
	if n == 0 {
		return 0, 0
	}
	return largest, sum / n
}

func (f *Facts) procKB(pid int, file, key string) uint64 {
	b, err := f.Host.Root.ReadFile(path.Join("/proc", strconv.Itoa(pid), file))
	if err != nil {
		return 0
	}
	for line := range strings.Lines(string(b)) {
		if v, ok := strings.CutPrefix(line, key); ok {
			n, _ := strconv.ParseUint(strings.TrimSuffix(strings.TrimSpace(v), " kB"), 10, 64)
			return n
		}
	}
	return 0
}
