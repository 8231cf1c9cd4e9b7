package checks

import (
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// unitSet sets a setting of a unit: on the line that sets it last where that file is the admin's own, else in a
// drop-in that is read after all others. systemd reads it with daemonReload.
func unitSet(f *sysinfo.Facts, u sysinfo.Unit, x Fix, say, section, key, value string) Fix {
	for _, l := range reversed(f.UnitLines(u)) {
		if l.Section != section || l.Key != key {
			continue
		}
		if was := configLine(f.Host.Root, l.Place); strings.HasPrefix(l.File, "/etc/") && !strings.HasSuffix(was, `\`) {
			x.Undo = setLine(f.Host.Root, l.Place, was) + "; systemctl daemon-reload"
			return x.Do(say, "%s", setLine(f.Host.Root, l.Place, key+"="+value))
		}
		break
	}
	return dropIn(x, u.Name, say, section, key+"="+value)
}

// dropIn adds lines to a unit in a file of their own, which may have lines of a former fix. Drop-ins are read by name; "zz" comes after what
// others wrote.
func dropIn(x Fix, unit, say, section string, lines ...string) Fix {
	file := fmt.Sprintf("/etc/systemd/system/%s.d/zz-fix502.conf", unit)
	text, away := fmt.Sprintf(`printf '%%s\n' %s`, sh("["+section+"]")), ""
	for _, l := range lines {
		text += " " + sh(l)
		away += " -e " + sh(`\#^`+sedPattern(l)+"$#d")
	}
	x.Undo = fmt.Sprintf("sed -i%s %s; systemctl daemon-reload", away, sh(file))
	return x.Do("Make a place for the setting", "mkdir -p %s", sh(path.Dir(file))).Do(say, "%s >>%s", text, sh(file))
}

// daemonReload makes systemd read its unit files.
func daemonReload(x Fix) Fix { return x.Do("Let systemd read it", "systemctl daemon-reload") }

// unitText are the files that systemd reads a service from.
var unitText = whenAsked(`\.service(?:\.d/[^/]+\.conf)?$`)

// readAnew is daemonReload where what was changed is a unit's own line: a restart alone would start the app from the former one.
func readAnew(x Fix, at sysinfo.Place) Fix {
	if !unitText.MatchString(at.File) {
		return x
	}
	x.Undo += "; systemctl daemon-reload"
	return daemonReload(x)
}

// setBy is the line of a unit's files that sets a setting; the last one counts.
func setBy(f *sysinfo.Facts, u sysinfo.Unit, key string) (sysinfo.UnitLine, bool) {
	for _, l := range reversed(f.UnitLines(u)) {
		if l.Key == key {
			return l, true
		}
	}
	return sysinfo.UnitLine{}, false
}

func reversed[T any](list []T) []T {
	out := make([]T, 0, len(list))
	for i := len(list) - 1; i >= 0; i-- {
		out = append(out, list[i])
	}
	return out
}
