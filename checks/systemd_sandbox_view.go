package checks

import (
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

var (
	takesNoWrites = whenAsked(`(?i)read-only file system|\bEROFS\b`)
	pathInWords   = whenAsked(`(?:^|[\s"'(\x60=\[])(/[^\s"'(),;:\x60\]]+)`)
)

// veil is the line of a unit by which the service does not see a file, or may not write it, though root outside can: the last that covers it.
// Which lines come into question the error says: a folder that is hidden is "not there" or "denied", never "read-only".
func veil(f *sysinfo.Facts, u sysinfo.Unit, file, text string) (sysinfo.UnitLine, bool) {
	if u.Manager != "" || !path.IsAbs(file) {
		return sysinfo.UnitLine{}, false
	}
	keys := []string{"InaccessiblePaths", "TemporaryFileSystem", "ProtectHome", "ProcSubset"}
	open := []string{"BindPaths", "BindReadOnlyPaths"}
	if takesNoWrites.MatchString(text) {
		keys, open = []string{"ReadOnlyPaths", "ProtectSystem", "ProtectHome", "DynamicUser"}, []string{"ReadWritePaths", "BindPaths"}
	} else if !refusedFile.MatchString(text) && !absentFile.MatchString(text) {
		return sysinfo.UnitLine{}, false
	}
	file = sysinfo.InRun(path.Clean(file))
	lines := inForce(f.UnitLines(u))
	if openedBy(lines, open, file) {
		return sysinfo.UnitLine{}, false
	}
	for _, l := range reversed(lines) {
		if slices.Contains(keys, l.Key) && !l.Specified() && covered(l, file, takesNoWrites.MatchString(text)) {
			return l, true
		}
	}
	return sysinfo.UnitLine{}, false
}

// openedBy says that lines of a service make an exception of a file.
func openedBy(lines []sysinfo.UnitLine, keys []string, file string) bool {
	return slices.ContainsFunc(lines, func(l sysinfo.UnitLine) bool {
		return slices.Contains(keys, l.Key) && slices.ContainsFunc(pathWords(l), func(p string) bool { return inside(file, p) })
	})
}

// inForce are the lines of a unit's service that count: of a word the last one, of a list all since an empty one.
func inForce(lines []sysinfo.UnitLine) []sysinfo.UnitLine {
	var out []sysinfo.UnitLine
	for _, l := range lines {
		if l.Section != "Service" {
			continue
		}
		if l.Value == "" || slices.Contains([]string{"ProtectSystem", "ProtectHome", "DynamicUser", "ProcSubset"}, l.Key) {
			out = slices.DeleteFunc(out, func(o sysinfo.UnitLine) bool { return o.Key == l.Key })
		}
		out = append(out, l)
	}
	return out
}

// pathWords are the folders that a line names as the service sees them.
func pathWords(l sysinfo.UnitLine) []string {
	var out []string
	for w := range strings.FieldsSeq(l.Value) {
		w, rest, _ := strings.Cut(strings.TrimLeft(w, "-+"), ":")
		if to, _, _ := strings.Cut(rest, ":"); strings.HasPrefix(l.Key, "Bind") && path.IsAbs(to) {
			w = to
		}
		out = append(out, w)
	}
	return out
}

// covered says that a line hides a file, or makes it read-only.
func covered(l sysinfo.UnitLine, file string, write bool) bool {
	under := func(dirs ...string) bool {
		return slices.ContainsFunc(dirs, func(d string) bool { return inside(file, d) })
	}
	switch l.Key {
	case "ProtectSystem":
		return l.Value == "strict" && !under("/dev", "/proc", "/sys") || l.Value == "full" && under("/etc", "/usr", "/boot", "/efi") || truly(l.Value) && under("/usr", "/boot", "/efi")
	case "DynamicUser": // it brings ProtectSystem=strict, ProtectHome=read-only and PrivateTmp= along (systemd.exec(5))
		return write && truly(l.Value) && !under("/dev", "/proc", "/sys", "/tmp", "/var/tmp")
	case "ProcSubset": // pid: of /proc the processes are there, and nothing else
		first, _, _ := strings.Cut(strings.TrimPrefix(file, "/proc/"), "/")
		return !write && l.Value == "pid" && inside(file, "/proc") && first != "self" && first != "thread-self" && !decimal(first)
	case "ProtectHome":
		return under("/home", "/root", "/run/user") && (write == (l.Value == "read-only")) && (write || truly(l.Value) || l.Value == "tmpfs")
	}
	return under(pathWords(l)...)
}

// decimal says that a word is a number.
func decimal(word string) bool { return word != "" && strings.Trim(word, "0123456789") == "" }

// truly reads systemd's words for yes.
func truly(v string) bool {
	return slices.Contains([]string{"yes", "true", "1", "on"}, strings.ToLower(v))
}

// unveiled takes out of the lists of a unit what covers a file, the rest of each list remains. Lines of a package's are left alone.
func unveiled(f *sysinfo.Facts, u sysinfo.Unit, x Fix, key string, covers func(dir string) bool) Fix {
	var undo []string
	for _, l := range inForce(f.UnitLines(u)) {
		was := configLine(f.Host.Root, l.Place)
		if l.Key != key || !inside(l.File, "/etc") || strings.HasSuffix(was, `\`) {
			continue
		}
		var kept []string
		for n, w := range strings.Fields(l.Value) {
			if !covers(pathWords(l)[n]) {
				kept = append(kept, w)
			}
		}
		switch {
		case len(kept) == len(strings.Fields(l.Value)):
			continue
		case len(kept) == 0:
			x = x.Do("Take the line out: what it walls off, the service needs", "%s", commentOut(f.Host.Root, l.Place))
		default:
			x = x.Do("Take out what the service needs, and keep the rest", "%s", setLine(f.Host.Root, l.Place, key+"="+strings.Join(kept, " ")))
		}
		undo = append(undo, setLine(f.Host.Root, l.Place, was))
	}
	if len(undo) > 0 {
		x.Undo = undoAll(undo) + "; systemctl daemon-reload"
	}
	return x
}
