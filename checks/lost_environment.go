package checks

import (
	"fmt"
	"path"
	"regexp"
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
		Do("Put it back from the copy beside it", "cp -anT %s %s", sh(copied), sh(file)).
		Do("Start it anew with it", "%s%s", anew(u), warmUp(u))
	return true
}

var missesVariable = whenAsked(`KeyError: '([A-Z][A-Z0-9_]+)'|(?i:environment variable|env var)\w*:? ['"]?([A-Z][A-Z0-9_]+)`)

// switchedOn: the app misses a variable, and the line by which its unit took the file that has it is commented out.
func switchedOn(f *sysinfo.Facts, u sysinfo.Unit, lines []sysinfo.JournalLine, found *Finding) bool {
	var name string
	for _, l := range recent(lines) {
		if m := missesVariable.FindStringSubmatch(l.Text); m != nil {
			name = m[1] + m[2]
		}
	}
	w, ok := lastLineWith(f, u.Fragment, commentedFile)
	if name == "" || !ok || !strings.HasPrefix(u.Fragment, "/etc/") {
		return false
	}
	if _, has := lastLineWith(f, w.match[2], regexp.MustCompile(`^\s*(?:export\s+)?`+name+`\s*=`), "#"); !has {
		return false
	}
	found.Where = w.place
	found.Summary += fmt.Sprintf("; %s has it, and the unit does not read that file any more", w.match[2])
	found.Evidence = append(found.Evidence, lineOf(f.Host.Root, w.place))
	if l, reads := setBy(f, u, "EnvironmentFile"); reads {
		found.Summary = strings.TrimSuffix(found.Summary, ", and the unit does not read that file any more") + ", and the unit reads another file"
		found.Fix = Fix{Title: "Give the app the variable", Risk: Medium}.Tell("The unit takes its environment from %s (%s). Write %s there, if that is the right file; %s may be of another installation", strings.TrimPrefix(l.Value, "-"), l.Place, name, w.match[2]).
			Do("Start it anew with it", "%s%s", anew(u), warmUp(u))
		return true
	}
	x := Fix{Title: "Let the unit read the environment file again", Risk: Low, Undo: setLine(f.Host.Root, w.place, configLine(f.Host.Root, w.place)) + "; systemctl daemon-reload"}
	x = daemonReload(x.Do("Take the comment sign away", "%s", setLine(f.Host.Root, w.place, w.match[1])))
	found.Fix = startAnew(u, x, "Start it anew with it")
	return true
}

var commentedFile = whenAsked(`^\s*[#;]\s*(EnvironmentFile=-?(/\S+))\s*$`)
