package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
)

var (
	noSection    = whenAsked(`Can't find section "([^"]*)" in INI configuration file (/\S+)`)
	iniSection   = whenAsked(`^\s*\[([^\]]+)\]\s*$`)
	sectionsOpen = whenAsked(`^\s*(?:uwsgi-|http-|fastcgi-|scgi-)?socket\s*=\s*(\S+)|^\s*http\s*=\s*(\S+)`)
)

// uwsgiSectionGone: uWSGI is told to take a section of its file that is not in it, goes on with nothing, and ends without a socket (core/ini.c). The section that has
// the socket which a gateway asks for is meant, or the only one that has a socket.
func uwsgiSectionGone(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) *obstacle {
	lines, err := f.Words(ctx, u)
	said := lastSaid(recent(lines), noSection)
	if err != nil || said == nil {
		return nil
	}
	m := noSection.FindStringSubmatch(said.Text)
	gone, file := m[1], strings.TrimRight(m[2], "*. ")
	here, open := sectionsOf(f.Host.Root, file)
	if slices.Contains(here, gone) {
		return nil
	}
	var meant []string
	for section, at := range open {
		if f.Wanted(ctx, sysinfo.InRun(at)) || f.Wanted(ctx, "unix:"+sysinfo.InRun(at)) {
			meant = append(meant, section)
		}
	}
	if len(meant) == 0 && len(open) == 1 {
		for section := range open {
			meant = []string{section}
		}
	}
	exec, ok := setBy(f, u, "ExecStart")
	o := &obstacle{where: exec.Place, says: fmt.Sprintf("%s has no section [%s]", file, gone), evidence: []Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}}}
	if !ok {
		o.where = sysinfo.Place{File: file}
	} else {
		o.evidence = append(o.evidence, unitLineSays(f, exec))
	}
	was, is := file+":"+gone, ""
	if gone == "uwsgi" && !strings.Contains(exec.Value, was) { // which it takes when none is named
		was = file
	}
	if len(meant) == 1 {
		is = file + ":" + meant[0]
		o.says += fmt.Sprintf(", and [%s] has the socket", meant[0])
	}
	o.clear = func(x Fix) Fix {
		if is == "" || !ok || strings.Count(configLine(f.Host.Root, exec.Place), was) != 1 || !strings.HasPrefix(exec.File, "/etc/") {
			return x.Tell("Name a section of %s that has the app and its socket (it has %s)", file, strings.Join(here, ", "))
		}
		x.Undo = replace(f.Host.Root, exec.Place, is, was) + "; systemctl daemon-reload"
		return daemonReload(x.Do("Name the section that has the app and its socket", "%s", replace(f.Host.Root, exec.Place, was, is)))
	}
	return o
}

// sectionsOf are the sections of an ini file, and for those with a socket the first one that they open.
func sectionsOf(r sysinfo.Root, file string) (all []string, open map[string]string) {
	open = map[string]string{}
	section := ""
	for _, line := range linesIn(r, file) {
		if m := iniSection.FindStringSubmatch(line); m != nil {
			section = m[1]
			all = append(all, section)
		} else if m := sectionsOpen.FindStringSubmatch(line); m != nil && section != "" && open[section] == "" {
			open[section] = m[1] + m[2]
		}
	}
	return all, open
}
