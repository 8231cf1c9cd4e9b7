package checks

import (
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

var nginxPid = whenAsked(`^\s*pid\s+([^\s;]+)\s*;`)

// pidElsewhere: nginx writes its number into another file than the one for which its unit waits. systemd takes the start for one that
// hangs, and ends an nginx that was fine (systemd.service(5), PIDFile=).
func pidElsewhere(f *sysinfo.Facts, g *sysinfo.Gateway, u sysinfo.Unit, found *Finding) bool {
	waits, set := setBy(f, u, "PIDFile")
	at := seekLine(g, nginxPid)
	if g.Kind != "nginx" || !set || !at.Known() || u.Type() != "forking" || u.Result != "timeout" && u.Result != "protocol" {
		return false
	}
	line := configLine(g.Root, at)
	written := nginxPid.FindStringSubmatch(line)[1]
	if !path.IsAbs(written) || sysinfo.InRun(path.Clean(written)) == sysinfo.InRun(path.Clean(waits.Value)) || strings.Contains(u.Exec, "pid ") || strings.Count(line, written) != 1 {
		return false
	}
	found.Summary += fmt.Sprintf("; systemd waits for %s, and nginx writes %s", waits.Value, written)
	found.Where = at
	found.Evidence = append([]Evidence{lineOf(g.Root, at), unitLineSays(f, waits)}, found.Evidence...)
	found.Fix = Fix{Title: "Let nginx write the file that its unit waits for", Risk: Low, Undo: setLine(g.Root, at, line)}.
		Do("Name that file", "%s", replace(g.Root, at, written, waits.Value))
	found.Fix.Steps = append(found.Fix.Steps, startUnit(u).Steps...)
	return true
}
