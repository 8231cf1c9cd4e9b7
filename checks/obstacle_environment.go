package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
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
	if other := renamedEnvironment(f, u, file); other != "" && strings.HasPrefix(l.File, "/etc/") {
		edit, undo := replacePath(f.Host.Root, l.Place, file, other)
		x.Undo = undo + "; systemctl daemon-reload"
		return daemonReload(x.Do(fmt.Sprintf("Name the file of settings that lies there: %s", other), "%s", edit))
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

// renamedEnvironment is the one other file of settings in a folder of the app's own, where it sets each variable that the service's
// command takes: what the missing one was renamed to.
func renamedEnvironment(f *sysinfo.Facts, u sysinfo.Unit, file string) string {
	dir := path.Dir(file)
	if inside(dir, "/etc") && strings.Count(dir, "/") < 2 || slices.Contains([]string{"/etc/default", "/etc/sysconfig", "/etc/conf.d"}, dir) {
		return "" // others' files lie there
	}
	names, _ := f.Host.Root.ReadDir(dir) // none: it was renamed to nothing
	found := ""
	for _, n := range names {
		if path.Ext(n) != path.Ext(file) || unusedSettings.MatchString(n) || isDir(f.Host.Root, path.Join(dir, n)) {
			continue
		}
		if found != "" {
			return ""
		}
		found = path.Join(dir, n)
	}
	if found == "" || strayLink(f.Host.Root, found) {
		return ""
	}
	var sets []string
	for _, line := range linesIn(f.Host.Root, found) {
		switch m := anySetting.FindStringSubmatch(strings.TrimRight(line, "\r\n")); {
		case m != nil:
			sets = append(sets, m[1])
		case strings.TrimSpace(line) != "" && !strings.HasPrefix(strings.TrimSpace(line), "#"):
			return "" // no such file
		}
	}
	for _, m := range inCommandLine.FindAllStringSubmatch(u.Exec, -1) {
		if name := m[1] + m[2]; !slices.Contains(sets, name) && !setInUnit(f, u, name) {
			return ""
		}
	}
	if len(sets) == 0 {
		return ""
	}
	return found
}

var (
	unusedSettings = whenAsked(`(?i)example|sample|dist|template|test|dev|local|staging`)
	inCommandLine  = whenAsked(`\$(?:\{(\w+)\}|(\w+))`)
)

// setInUnit says that a line of the unit's own sets a variable.
func setInUnit(f *sysinfo.Facts, u sysinfo.Unit, name string) bool {
	return slices.ContainsFunc(f.UnitLines(u), func(l sysinfo.UnitLine) bool { return l.Key == "Environment" && strings.Contains(l.Value, name+"=") })
}
