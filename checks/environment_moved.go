package checks

import (
	"fmt"
	"path"
	"regexp"
	"strings"

	"fix502/sysinfo"
)

// uwsgiUnfilled is uWSGI's own word for a variable that its environment does not have: it stays as it is written (core/config.c).
var uwsgiUnfilled = whenAsked(`(?:chdir\(\) to|open\("|bound to|mounting) ?\S*\$\(([A-Z_][A-Z0-9_]*)\)`)

// environmentMoved: the app misses a variable, and the environment file of its unit is not there any more, of which systemd says nothing ("-" before its name). Another file in
// that folder has the variable.
func environmentMoved(f *sysinfo.Facts, u sysinfo.Unit, lines []sysinfo.JournalLine, found *Finding) bool {
	name, said := "", sysinfo.JournalLine{}
	for _, l := range recent(lines) {
		for _, re := range []pattern{missesVariable, uwsgiUnfilled} {
			if m := re.FindStringSubmatch(l.Text); m != nil {
				name, said = strings.Join(m[1:], ""), l
			}
		}
	}
	if name == "" {
		return false
	}
	r := f.Host.Root
	sets := regexp.MustCompile(`^\s*(?:export\s+)?` + name + `\s*=`)
	for _, l := range f.UnitLines(u) {
		file, optional := strings.CutPrefix(l.Value, "-")
		if l.Key != "EnvironmentFile" || !optional || !path.IsAbs(file) || strings.ContainsAny(file, "*?[%") || r.Exists(file) || !strings.HasPrefix(l.File, "/etc/") {
			continue
		}
		now := ""
		names, _ := r.ReadDir(path.Dir(file)) // gone as well
		for _, n := range names {
			other := path.Join(path.Dir(file), n)
			if _, has := lastLineWith(f, other, sets, "#"); has && plainPath.MatchString(other) {
				if now != "" {
					return false
				}
				now = other
			}
		}
		found.Where = l.Place
		found.Summary += fmt.Sprintf("; it gets no %s: its environment file %s is not there", name, file)
		found.Evidence = append([]Evidence{{Source: said.Source, Text: strings.TrimSpace(said.Text), Time: said.Time}, unitLineSays(f, l)}, found.Evidence...)
		x := Fix{Title: "Name the environment file that is there", Risk: Low}
		if now == "" {
			x = x.Tell("Put %s back, with a line for %s: the last deploy, a backup or its author has it", file, name)
		} else {
			found.Summary += ", and " + now + " has it"
			edit, undo := replacePath(r, l.Place, file, now)
			x.Undo = undo + "; systemctl daemon-reload"
			x = daemonReload(x.Do("Name "+now, "%s", edit))
		}
		found.Fix = startAnew(u, x, "Start it anew with it")
		return true
	}
	return false
}
