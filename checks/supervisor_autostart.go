package checks

import (
	"fix502/sysinfo"
)

var autostartOff = whenAsked(`^\s*autostart\s*=\s*(false|no|off|0)\b`)

// byHandOnly: supervisord is told not to start a program by itself, so it is gone after every boot.
func byHandOnly(f *sysinfo.Facts, u sysinfo.Unit, found *Finding) {
	name := unitWord(u.Name)
	if u.Section() == "" || u.Enabled != "disabled" || u.Active != "inactive" {
		return
	}
	at := lastSetting(f, []string{u.Fragment}, func(section, line string) bool {
		return section == u.Section() && autostartOff.MatchString(line)
	})
	if !at.Known() {
		return
	}
	found.Where = at
	found.Summary += "; supervisord starts " + name + " only when it is told to"
	found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
	found.Fix.Undo = also(setLine(f.Host.Root, at, configLine(f.Host.Root, at)), found.Fix.Undo)
	found.Fix = found.Fix.Do("And at every boot: supervisord reads this when it starts", "%s", setLine(f.Host.Root, at, "autostart=true"))
}
