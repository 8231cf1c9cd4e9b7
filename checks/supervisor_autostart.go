package checks

import (
	"strings"

	"fix502/sysinfo"
)

var autostartOff = whenAsked(`^\s*autostart\s*=\s*(false|no|off|0)\b`)

// byHandOnly: supervisord is told not to start a program by itself, so it is gone after every boot.
func byHandOnly(f *sysinfo.Facts, u sysinfo.Unit, found *Finding) {
	name, supervised := strings.CutPrefix(u.Name, "supervisord:")
	if !supervised || u.Enabled != "disabled" || u.Active != "inactive" {
		return
	}
	inside := false
	for at, line := range linesIn(f.Host.Root, u.Fragment) {
		if code := strings.TrimSpace(line); strings.HasPrefix(code, "[") {
			inside = code == "[program:"+name+"]"
		}
		if !inside || !autostartOff.MatchString(line) {
			continue
		}
		found.Where = at
		found.Summary += "; supervisord starts " + name + " only when it is told to"
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
		was := configLine(f.Host.Root, at)
		found.Fix.Undo = also(setLine(f.Host.Root, at, was), found.Fix.Undo)
		found.Fix = found.Fix.Do("And at every boot: supervisord reads this when it starts", "%s", setLine(f.Host.Root, at, "autostart=true"))
		return
	}
}
