package checks

import (
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// lastAttempt keeps the lines of the last start that failed, and the reload before it.
func lastAttempt(lines []sysinfo.JournalLine) []sysinfo.JournalLine {
	for i := len(lines) - 1; i >= 0; i-- {
		if strings.Contains(lines[i].Text, "ready to handle connections") || strings.HasPrefix(lines[i].Text, "Started ") {
			return lines[i+1:]
		}
	}
	return lines
}

// reads takes a reason out of one line.
func (d *fpmDown) reads(f *sysinfo.Facts, line *sysinfo.JournalLine) bool {
	t := line.Text
	switch {
	case fpmMissing.MatchString(t):
		sock := fpmMissing.FindStringSubmatch(t)[1]
		d.cause, d.dir = "run-dir-missing", sock[:strings.LastIndexByte(sock, '/')]
	case strings.Contains(t, "Failed opening required") || strings.Contains(t, "opcache.preload") || strings.Contains(t, "PHP Fatal error") && d.fpm.Unit.ExitCode == 70:
		d.cause = "opcache-preload-failure"
	case strings.Contains(t, "Unable to allocate shared memory segment"):
		d.cause, d.place = "fpm-pool-config-error", d.sharedMemory(f)
	case strings.Contains(t, "killed by the OOM killer") || strings.Contains(t, "'oom-kill'"):
		d.cause = "oom-killed"
	case strings.Contains(t, "ERROR:") || strings.Contains(t, "ALERT:"):
		if m := fpmInclude.FindStringSubmatch(t); m != nil && d.line == nil { // all that it says of a line that is no line at all
			n, _ := strconv.Atoi(m[2])
			d.cause, d.line, d.place = "fpm-pool-config-error", line, sysinfo.Place{File: m[1], Line: n}
			return false
		}
		if containsAny(t, "FPM initialization failed", "failed to post process the configuration", "failed to load configuration file", "Unable to include") {
			return false
		}
		d.cause = "fpm-pool-config-error"
		if d.place = d.startedWith(f, t); !d.place.Known() {
			d.place = d.blame(t)
		}
		if pool := copiedListen(f.Host.Root, d, t); pool != nil {
			d.place = pool.Get("listen").Place
		}
	default:
		return false
	}
	d.line = line
	return true
}

// sharedMemory is the line of php.ini that asks for more shared memory than there is: opcache's sizes are in megabytes.
func (d *fpmDown) sharedMemory(f *sysinfo.Facts) sysinfo.Place {
	for _, key := range []string{"opcache.memory_consumption", "opcache.jit_buffer_size"} {
		if v := d.fpm.INI(f.Host.Root, key); v.Set() {
			return v.Place
		}
	}
	return sysinfo.Place{}
}
