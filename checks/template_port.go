package checks

import (
	"context"
	"fmt"
	"path"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// instancePort is a port that a template makes of the name of its instance, a whole one or its end: PORT=%i, --bind 127.0.0.1:30%i
// (systemd.unit(5), "Specifiers").
var instancePort = whenAsked(`(?i)(?:port["'\s=:]*|:|-p[\s=]*)(\d*)%i\b`)

// templateAtPort: an instance of one template would listen where a hop leads, and nobody started it, or not again since the last boot.
// systemd itself knows nothing of an instance that neither runs nor is enabled.
func templateAtPort(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding) bool {
	const folder = "/etc/systemd/system"
	names, err := f.Host.Root.ReadDir(folder)
	if err != nil || l.Port == 0 {
		return false
	}
	var at sysinfo.Place
	unit, install, many := "", false, false
	for _, name := range names {
		prefix, ok := strings.CutSuffix(name, "@.service")
		if !ok {
			continue
		}
		installs, matched := false, false
		for place, line := range linesIn(f.Host.Root, path.Join(folder, name)) {
			installs = installs || strings.HasPrefix(line, "[Install]")
			m := instancePort.FindStringSubmatch(line)
			if m == nil || matched || strings.HasPrefix(strings.TrimSpace(line), "#") {
				continue
			}
			if i, ok := strings.CutPrefix(strconv.Itoa(l.Port), m[1]); ok && i != "" {
				many, matched = many || unit != "", true
				unit, at = prefix+"@"+i, place
			}
		}
		install = install || matched && installs
	}
	if unit == "" || many {
		return false
	}
	if _, known := f.Unit(ctx, unit+".service"); known {
		return false
	}
	found.Where, found.Confidence = at, 0.95
	found.Summary += fmt.Sprintf("; %s would, and it is not started", unit)
	found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
	x := Fix{Title: "Start " + unit, Risk: Low, Undo: "systemctl stop " + sh(unit)}
	if install {
		x.Undo = "systemctl disable --now " + sh(unit)
		found.Fix = x.Do("Start it now and at every boot", "systemctl enable --now %s && sleep 2", sh(unit))
		return true
	}
	found.Fix = x.Do("Start it", "systemctl start %s && sleep 2", sh(unit))
	return true
}
