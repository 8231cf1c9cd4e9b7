package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// noEnvironment: a file that the unit takes the app's settings from is not there, so systemd cannot set the service up
// (result "resources"; systemd.exec(5), EnvironmentFile=).
func noEnvironment(_ context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	if u.Result != "resources" && u.Result != "start-limit-hit" {
		return nil
	}
	for _, l := range f.UnitLines(u) {
		file := l.For(u)
		if l.Key != "EnvironmentFile" || !path.IsAbs(file) || strings.Contains(file, "%") || strings.ContainsAny(file, "*?[") || f.Host.Root.Exists(file) {
			continue
		}
		return &obstacle{where: l.Place, evidence: []Evidence{unitLineSays(f, l), {Source: "ls -l " + file, Text: "no such file or directory"}},
			says:  fmt.Sprintf("%s, from which it takes its settings, is not there", file),
			clear: func(x Fix) Fix { return withoutEnvironment(f, u, l, file, x) }}
	}
	return nil
}

// withoutEnvironment puts the file back from the copy beside it; without one, it lets the app start without: what it lacks
// then it says itself.
func withoutEnvironment(f *sysinfo.Facts, u sysinfo.Unit, l sysinfo.UnitLine, file string, x Fix) Fix {
	if copied := copyOf(f.Host.Root, file); copied != "" {
		x.Undo = "rm " + sh(file)
		return x.Do(fmt.Sprintf("Put %s back from the copy beside it", path.Base(file)), "cp -anT %s %s", sh(copied), sh(file))
	}
	x.Workaround = true
	written := configLine(f.Host.Root, l.Place)
	x = x.Tell("%s holds settings of the app (passwords, addresses): put it back from a backup or the last deploy if you can, and skip the next step", file)
	if !strings.HasPrefix(l.File, "/etc/") {
		return daemonReload(dropIn(x, u.Name, "Until then let it start without", "Service", "EnvironmentFile=", "EnvironmentFile=-"+file))
	}
	x.Undo = setLine(f.Host.Root, l.Place, written) + "; systemctl daemon-reload"
	return daemonReload(x.Do("Until then let it start without: the dash says so", "%s", replace(f.Host.Root, l.Place, "="+l.Value, "=-"+l.Value)))
}
