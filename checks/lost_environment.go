package checks

import (
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// lostEnvironment is an environment file of a unit that is gone, though systemd starts the service without a word: the
// "-" before its name says that it may be missing. A copy lies beside it.
func lostEnvironment(f *sysinfo.Facts, u sysinfo.Unit) (l sysinfo.UnitLine, file, copied string) {
	for _, l := range f.UnitLines(u) {
		file, optional := strings.CutPrefix(l.Value, "-")
		if l.Key != "EnvironmentFile" || !optional || !path.IsAbs(file) || strings.ContainsAny(file, "*?[%") || f.Host.Root.Exists(file) {
			continue
		}
		if copied := copyOf(f.Host.Root, file); copied != "" {
			return l, file, copied
		}
	}
	return l, "", ""
}

// restoreEnvironment puts it back and starts the service anew.
func restoreEnvironment(f *sysinfo.Facts, u sysinfo.Unit, found *Finding) bool {
	l, file, copied := lostEnvironment(f, u)
	if file == "" {
		return false
	}
	found.Summary += fmt.Sprintf("; its environment file %s is gone", file)
	found.Where = l.Place
	found.Evidence = append(found.Evidence, unitLineSays(f, l), Evidence{Source: "ls " + file + "*", Text: "only " + copied})
	found.Fix = Fix{Title: "Put the environment file back", Risk: Medium, Undo: "rm " + sh(file)}.
		Do("Put it back from the copy beside it", "cp -a %s %s", sh(copied), sh(file)).
		Do("Start it anew with it", "%s%s", anew(u), warmUp(u))
	return true
}
