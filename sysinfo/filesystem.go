package sysinfo

import "strings"

// A Filesystem is a line of /proc/mounts: a filesystem, and where it is.
type Filesystem struct {
	Dir, Kind string
	Options   []string
	Line      string // as it stands there
}

// MountTable are the filesystems that everybody sees, in the order in which they were mounted (proc_pid_mounts(5)).
func MountTable(r Root) ([]Filesystem, error) {
	b, err := r.ReadFile("/proc/mounts")
	if err != nil {
		return nil, err
	}
	var out []Filesystem
	for line := range strings.Lines(string(b)) {
		if w := strings.Fields(line); len(w) > 3 {
			out = append(out, Filesystem{Dir: octal(w[1]), Kind: w[2], Options: strings.Split(w[3], ","), Line: strings.TrimSpace(line)})
		}
	}
	return out, nil
}
