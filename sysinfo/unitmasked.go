package sysinfo

import (
	"path"
	"strings"

	"fix502/sysinfo/late"
)

// unmask tells of a masked unit what systemd says nothing of: the file that would count again. A unit of a package or of
// /usr/local is what `systemctl mask` can put its link before; a file in /etc keeps it from doing so.
func (f *Facts) unmask(u Unit) Unit {
	for _, dir := range []string{"/usr/local/lib/systemd/system/", "/lib/systemd/system/"} {
		name := dir + u.Name
		was, ok := unitOff(name, f.smallFile(name))
		if !ok {
			continue
		}
		u.Fragment, u.Exec, u.User, u.Group, u.Restart = name, was.Exec, was.User, was.Group, was.Restart
		for _, key := range []string{"Type", "WorkingDirectory", "Environment"} {
			u.Props[key] = was.Props[key]
		}
		return u
	}
	return u
}

var portSetting = late.New(`(?m)^\s*(?:export\s+)?(?:(?:APP|SERVER|HTTP|WEB|NODE|LISTEN|BIND)_)?(?:PORT|BIND|LISTEN|ADDR(?:ESS)?)\s*=\s*(\S+)`)

// portSettings are the ports and addresses that a unit's environment files give to its program. What else stands in them may be
// the port of another app, which this one asks.
func (f *Facts) portSettings(u Unit) string {
	var out strings.Builder
	for _, l := range f.UnitLines(u) {
		file := strings.TrimPrefix(l.For(u), "-")
		if l.Key != "EnvironmentFile" || !path.IsAbs(file) || strings.ContainsAny(file, "*?[") {
			continue
		}
		for _, m := range portSetting.FindAllStringSubmatch(f.smallFile(file), -1) {
			out.WriteString(" " + m[1])
		}
	}
	return out.String()
}
