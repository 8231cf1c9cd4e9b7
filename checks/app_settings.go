package checks

import (
	"path"
	"strings"

	"fix502/sysinfo"
)

// written is where an app's setting stands: in its unit, in a script or an environment file that the unit names, or in a
// file of settings.
type written struct {
	place sysinfo.Place
	match []string // of the expression it was found by
	unit  bool     // the line is systemd's to read
}

// inCommand finds a word of the command line that starts an app: in the unit's files, or in the shell script that they
// start. A value that is a variable is looked up where it is set.
func inCommand(f *sysinfo.Facts, u sysinfo.Unit, flag pattern) (written, bool) {
	files := reversed(append([]string{u.Fragment}, u.DropIns...))
	for n, file := range append(files, scripts(f, u)...) {
		w, ok := lastLineWith(f, file, flag, "#", ";")
		if w.unit = n < len(files); ok {
			return w, true
		}
	}
	return written{}, false
}

// scripts are the shell scripts that a unit starts.
func scripts(f *sysinfo.Facts, u sysinfo.Unit) []string {
	var out []string
	for w := range strings.FieldsSeq(u.Exec) {
		if !path.IsAbs(w) && strings.Contains(w, "/") || strings.HasSuffix(w, ".sh") && !path.IsAbs(w) {
			w = path.Join("/", u.Folder(), w)
		}
		if i, err := f.Host.Root.Stat(w); !path.IsAbs(w) || err != nil || i.Mode.IsDir() || i.Size > 64<<10 || strayLink(f.Host.Root, w) {
			continue
		}
		if b, err := f.Host.Root.ReadFile(w); err == nil && shellScript.Match(b) {
			out = append(out, w)
		}
	}
	return out
}

var shellScript = whenAsked(`^#!\s*\S*(/|\s)(ba|da|z|k)?sh\b`)

// inEnvironment finds a variable of a service: in its environment files, which count before the unit's own lines.
func inEnvironment(f *sysinfo.Facts, u sysinfo.Unit, value pattern) (written, bool) {
	lines := reversed(f.UnitLines(u))
	for _, l := range lines {
		file := strings.TrimPrefix(l.Value, "-")
		if l.Key != "EnvironmentFile" || !path.IsAbs(file) || strings.ContainsAny(file, "*?[%") {
			continue
		}
		if w, ok := lastLineWith(f, file, value, "#", ";"); ok {
			return w, true
		}
	}
	for _, l := range lines {
		if m := value.FindStringSubmatch(configLine(f.Host.Root, l.Place)); l.Key == "Environment" && m != nil {
			return written{l.Place, m, true}, true
		}
	}
	return written{}, false
}

// lastLineWith finds the last line of a file that matches; lines that begin with one of the marks are comments.
func lastLineWith(f *sysinfo.Facts, file string, re pattern, comments ...string) (w written, ok bool) {
	return lastLineIn(f.Host.Root, file, re, comments...)
}

func lastLineIn(root sysinfo.Root, file string, re pattern, comments ...string) (w written, ok bool) {
	for at, line := range linesIn(root, file) {
		code := strings.TrimSpace(line)
		skip := false
		for _, mark := range comments {
			skip = skip || strings.HasPrefix(code, mark)
		}
		if m := re.FindStringSubmatch(strings.TrimRight(line, "\r\n")); m != nil && !skip {
			w, ok = written{place: at, match: m}, true
		}
	}
	return w, ok
}
