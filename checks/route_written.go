package checks

import (
	"bytes"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// A writtenRoute is a line of a file that brings a route in, the command that takes it out of there, and the way back.
type writtenRoute struct {
	at         sysinfo.Place
	mend, undo string
	unit       bool // systemd has to read it
}

// routeFiles are what sets up routes beside the scripts that services and cron run.
var routeFiles = []string{"/etc/network/interfaces", "/etc/network/interfaces.d/*", "/etc/network/if-up.d/*", "/etc/network/if-pre-up.d/*", "/etc/rc.local", "/etc/wireguard/*.conf",
	"/etc/NetworkManager/dispatcher.d/*", "/etc/NetworkManager/dispatcher.d/pre-up.d/*", "/etc/networkd-dispatcher/*/*", "/etc/sysconfig/network-scripts/route-*",
	"/etc/cron.hourly/*", "/etc/cron.daily/*"}

// runningFiles are those that say what is run at the boot and by the clock.
var runningFiles = []string{"/etc/systemd/system/*.service", "/etc/systemd/system/*.service.d/*.conf", "/etc/crontab", "/etc/cron.d/*", "/var/spool/cron/crontabs/*"}

var (
	// stopsByScript is a command of a script that makes the kernel refuse a network.
	stopsByScript = whenAsked(`\br(?:o|oute)?\s+(?:a|add|replace|append|change|prepend)\s.*\b(?:prohibit|unreachable|blackhole)\b|\broute\s+(?:-\S+\s+)*add\s.*\breject\b|^\s*(?:prohibit|unreachable|blackhole)\s`)
	// takesRoute is one that takes routes away, or is about another network of this machine's.
	takesRoute = whenAsked(`\br(?:o|oute)?\s+(?:d|del|delete|f|flush)\b|\s-n(?:etns)?\s|\bnetns\s+exec\s`)
	// opensBody is the end of a line of a shell's below which a command has to stand.
	opensBody = whenAsked(`(?:^|[\s;])(?:then|do|else)\s*$|\{\s*$`)
)

// routeWritten are the lines that bring a route in: of networkd's files, of the network's scripts, of what services and cron run, and of the lists
// that those read.
func routeWritten(f *sysinfo.Facts, s stopRoute) []writtenRoute {
	r := f.Host.Root
	out := routeOfNetworkd(r, s)
	files, lists, seen := adminScripts(f), map[string]bool{}, map[string]bool{}
	for _, name := range slices.Clone(files) {
		if isScript(r, name) && stopsIn(r, name) {
			for _, list := range namedFiles(r, name) {
				files, lists[list] = append(files, list), true
			}
		}
	}
	for _, name := range files {
		if real := realFile(r, name); !seen[real] && isScript(r, name) && (lists[name] || stopsIn(r, name)) {
			seen[real] = true
			out = append(out, routeLines(r, name, s)...)
		}
	}
	return out[:min(len(out), 4)]
}

// adminScripts are the files in which an admin sets up the network: those of the distribution for it, and what services and cron run.
func adminScripts(f *sysinfo.Facts) []string {
	var out []string
	for _, pattern := range slices.Concat(routeFiles, runningFiles) {
		more, _ := f.Host.Root.Glob(pattern) // none is common
		out = append(out, more...)
	}
	for _, name := range slices.Clone(out) {
		if strings.HasPrefix(name, "/etc/cron") || strings.HasPrefix(name, "/var/") {
			out = append(out, namedFiles(f.Host.Root, name)...)
		}
	}
	return append(out, unitScripts(f.Host.Root)...)
}

// runBy is the line of a unit or of a crontab that runs a file.
func runBy(f *sysinfo.Facts, name string) sysinfo.Place {
	for _, pattern := range runningFiles {
		files, _ := f.Host.Root.Glob(pattern)
		for at, line := range linesIn(f.Host.Root, files...) {
			if !strings.HasPrefix(strings.TrimSpace(line), "#") && slices.Contains(routeTokens(line), name) {
				return at
			}
		}
	}
	return sysinfo.Place{}
}

// namedFiles are the files that a text names by their whole path, programs of the system left out.
func namedFiles(r sysinfo.Root, name string) []string {
	var out []string
	for _, line := range linesIn(r, name) {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		for _, word := range routeTokens(line) {
			if path.IsAbs(word) && !systemProgram(word) && !strings.HasPrefix(word, "/dev/") && !strings.HasPrefix(word, "/proc/") && !slices.Contains(out, word) && len(out) < 32 && isScript(r, word) {
				out = append(out, word)
			}
		}
	}
	return out
}

// isScript says that a file is a text of a size that people write.
func isScript(r sysinfo.Root, name string) bool {
	i, err := r.Stat(name)
	if err != nil || !i.Mode.IsRegular() || i.Size > 256<<10 {
		return false
	}
	b, err := r.ReadFile(name)
	return err == nil && !bytes.ContainsRune(b, 0)
}

func stopsIn(r sysinfo.Root, name string) bool {
	for _, line := range linesIn(r, name) {
		if !strings.HasPrefix(strings.TrimSpace(line), "#") && stopsByScript.MatchString(line) {
			return true
		}
	}
	return false
}

func routeTokens(line string) []string {
	return strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t\r\n\"'=;()|&<>,`", r) })
}
