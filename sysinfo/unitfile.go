package sysinfo

import (
	"path"
	"slices"
	"strings"
)

// UnitLine is one KEY=VALUE of a unit's files.
type UnitLine struct {
	Place
	Section, Key, Value string
}

// Specified says that systemd fills a part of the value in, %i in User=%i (systemd.unit(5), "Specifiers"): as it stands in
// the file it names nothing.
func (l UnitLine) Specified() bool {
	return strings.Contains(strings.ReplaceAll(l.Value, "%%", ""), "%")
}

// For is the value as systemd fills it in for one unit: the 1 of shop@1.service for %i.
func (l UnitLine) For(u Unit) string { return specified(u, l.Value) }

// UnitLines are the lines of a unit's file and of its drop-ins, in the order in which systemd reads them
// (systemd.syntax(7)); a value that goes on in the next line is one.
func (f *Facts) UnitLines(u Unit) []UnitLine {
	if _, ok := u.OfUser(); u.Manager != "" && !ok {
		return f.programLines(u)
	}
	var out []UnitLine
	for _, name := range append([]string{u.Fragment}, u.DropIns...) {
		b, err := f.Host.Root.ReadFile(name)
		if err != nil {
			continue
		}
		out = append(out, unitLines(name, string(b))...)
	}
	return out
}

func unitLines(file, text string) []UnitLine {
	var out []UnitLine
	section, n, more := "", 0, false
	for line := range strings.Lines(text) {
		n++
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' || line[0] == ';' {
			continue
		}
		part, goesOn := strings.CutSuffix(line, `\`)
		if more {
			last := &out[len(out)-1]
			last.Value = strings.TrimSpace(last.Value + " " + strings.TrimSpace(part))
			more = goesOn
			continue
		}
		if line[0] == '[' {
			section = strings.Trim(line, "[]")
			continue
		}
		if key, value, ok := strings.Cut(part, "="); ok {
			out = append(out, UnitLine{Place{File: file, Line: n}, section, strings.TrimSpace(key), strings.TrimSpace(value)})
			more = goesOn
		}
	}
	return out
}

// dropIns are the files that add to a unit, in the order in which systemd reads them: by their name, whatever folder
// they lie in.
func (f *Facts) dropIns(unit string) []string {
	byName := map[string]string{}
	var order []string
	for _, dir := range []string{"/etc/systemd/system", "/run/systemd/system", "/usr/lib/systemd/system", "/lib/systemd/system"} {
		names, _ := f.Host.Root.Glob(path.Join(dir, unit+".d", "*.conf")) // none is common
		for _, name := range names {
			if base := path.Base(name); byName[base] == "" {
				byName[base] = name
				order = append(order, base)
			}
		}
	}
	slices.Sort(order)
	for i, base := range order {
		order[i] = byName[base]
	}
	return order
}
