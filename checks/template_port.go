package checks

import (
	"context"
	"fmt"
	"path"
	"regexp"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// templateAtPort: an instance of one template would listen where a hop leads, and nobody started it, or not again since the last boot.
// systemd itself knows nothing of an instance that neither runs nor is enabled.
func templateAtPort(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding) bool {
	if l.Port == 0 || !l.hit { // there may be thousands of dead hops
		return false
	}
	unit, at, install := instanceAt(f.Host.Root, strconv.Itoa(l.Port))
	if unit == "" {
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

// instanceAt is the instance of the one template that would make a port of its name and listen there, and whether it can be enabled.
func instanceAt(r sysinfo.Root, port string) (unit string, at sysinfo.Place, install bool) {
	const folder = "/etc/systemd/system"
	names, _ := r.ReadDir(folder) // none is common
	// a whole port, or its end: PORT=%i, --bind 127.0.0.1:30%i (systemd.unit(5), "Specifiers")
	listens := regexp.MustCompile(listenWords + `(\d*)%i\b`)
	for _, name := range names {
		prefix, ok := strings.CutSuffix(name, "@.service")
		if !ok {
			continue
		}
		installs, matched := false, false
		for place, line := range linesIn(r, path.Join(folder, name)) {
			installs = installs || strings.HasPrefix(line, "[Install]")
			m := listens.FindStringSubmatch(line)
			if m == nil || matched || strings.HasPrefix(strings.TrimSpace(line), "#") {
				continue
			}
			if i, ok := strings.CutPrefix(port, m[2]); ok && i != "" {
				if unit != "" {
					return "", at, false // which of the two, nobody can know
				}
				unit, at, matched = prefix+"@"+i, place, true
			}
		}
		install = install || matched && installs
	}
	return unit, at, install
}
