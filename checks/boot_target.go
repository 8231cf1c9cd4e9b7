package checks

import (
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// outsideBoot is the line by which a unit that is enabled belongs to the graphical target alone, on a machine that boots to another one: no
// boot starts it (systemd.special(7): graphical.target takes multi-user.target in, and not the other way round).
func outsideBoot(f *sysinfo.Facts, u sysinfo.Unit) (sysinfo.Place, string, bool) {
	const graphical = "graphical.target"
	var last sysinfo.Place
	if u.Enabled != "enabled" {
		return last, "", false
	}
	for at, line := range linesIn(f.Host.Root, append([]string{u.Fragment}, u.DropIns...)...) {
		key, targets, _ := strings.Cut(strings.TrimSpace(line), "=")
		switch key = strings.TrimSpace(key); key {
		case "Also", "Alias":
			return last, "", false
		case "WantedBy", "RequiredBy", "UpheldBy":
			if strings.TrimSpace(targets) != graphical {
				return last, "", false
			}
			last = at
		}
	}
	boots := defaultTarget(f.Host.Root)
	return last, boots, last.Known() && boots != "" && boots != graphical && !f.Host.Root.Exists(path.Join("/etc/systemd/system", boots+".wants", u.Name)) // systemctl add-wants
}

// defaultTarget is what the machine boots to; empty where nobody says so.
func defaultTarget(r sysinfo.Root) string {
	for _, dir := range []string{"/etc/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"} {
		if to, err := r.Readlink(path.Join(dir, "default.target")); err == nil {
			return path.Base(to)
		}
	}
	return ""
}

// wantedAtBoot lets a unit that no boot starts be started by the target to which the machine boots.
func wantedAtBoot(f *sysinfo.Facts, u sysinfo.Unit, found *Finding) {
	at, boots, ok := outsideBoot(f, u)
	if !ok {
		return
	}
	name := unitWord(u.Name)
	found.Where = at
	found.Summary = fmt.Sprintf("%s is enabled for graphical.target alone, and this machine boots to %s: it was not started after the reboot", name, boots)
	found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at), Evidence{Source: "systemctl get-default", Text: boots})
	found.Fix = startUnit(u).Do("And at every boot", "systemctl add-wants %s %s", boots, sh(name))
	found.Fix.Undo += "; rm " + sh(path.Join("/etc/systemd/system", boots+".wants", u.Name)) + "; systemctl daemon-reload"
}
