package checks

import (
	"strings"

	"fix502/sysinfo"
)

// latest are the last words of a service, as many as a traceback and what led to it take.
func latest(lines []sysinfo.JournalLine) []sysinfo.JournalLine { return lines[max(0, len(lines)-60):] }

// recent are the words of a service's last two starts, sixty lines at the most: the last may not have come to its error yet, and what
// was said before may be mended since.
func recent(lines []sysinfo.JournalLine) []sysinfo.JournalLine {
	lines = latest(lines)
	starts := 0
	for i := len(lines) - 1; i >= 0; i-- {
		if strings.HasPrefix(lines[i].Text, "Started ") || strings.HasPrefix(lines[i].Text, "Starting ") {
			if starts++; starts == 3 { // systemd says both of a start that takes a while
				return lines[i:]
			}
		}
	}
	return lines
}
