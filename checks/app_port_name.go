package checks

import (
	"context"
	"path"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// portAsName is the line of a unit's own that gives an app a word for its port: node, for one, makes a socket of that name in its folder.
// systemd puts no variable into a variable (systemd.exec(5), Environment=).
func portAsName(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit) (oddValue, bool) {
	name, unix := strings.CutPrefix(f.AppFor(ctx, l.Hop).Addr, "unix:")
	if !unix || name == "" || path.IsAbs(name) || name[0] == '@' || l.Port == 0 {
		return oddValue{}, false
	}
	for _, line := range reversed(f.UnitLines(u)) {
		was := configLine(f.Host.Root, line.Place)
		fit := strings.Replace(was, "PORT="+name, "PORT="+strconv.Itoa(l.Port), 1)
		if line.Key == "Environment" && strings.HasPrefix(line.File, "/etc/") && fit != was {
			return oddValue{place: line.Place, line: was, fit: fit, inUnit: true, sure: true, why: "systemd puts no other variable into a value"}, true
		}
	}
	return oddValue{}, false
}
