package sysinfo

import "strings"

// OS is the distribution's own name for itself: PRETTY_NAME of os-release(5).
func (f *Facts) OS() string {
	for _, name := range []string{"/etc/os-release", "/usr/lib/os-release"} {
		b, err := f.Host.Root.ReadFile(name)
		if err != nil {
			continue
		}
		for line := range strings.Lines(string(b)) {
			if v, ok := strings.CutPrefix(strings.TrimSpace(line), "PRETTY_NAME="); ok {
				return strings.Trim(v, `"'`)
			}
		}
	}
	return "unknown"
}
