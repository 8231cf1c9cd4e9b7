package checks

import (
	"fmt"
	"regexp"
	"strings"

	"fix502/sysinfo"
)

// endSection gives a section its end: below the lines that are set in from it; where none are, above the end of what it is in.
func (t *confError) endSection(g *sysinfo.Gateway, x Fix, s section) (Fix, bool) {
	r, end := g.Root, "</"+s.name+">"
	b, err := r.ReadFile(s.at.File)
	if err != nil {
		return x, false
	}
	lines, indent, last := strings.Split(string(b), "\n"), indentOf(r, s.at), s.at.Line
	for last < len(lines) {
		line := strings.TrimRight(lines[last], " \t\r")
		if in := len(line) - len(strings.TrimLeft(line, " \t")); line != "" && in <= len(indent) {
			break
		}
		last++
	}
	for last > s.at.Line && strings.TrimSpace(lines[last-1]) == "" {
		last--
	}
	file := sh(realFile(r, s.at.File))
	switch {
	case last > s.at.Line:
		x.Undo = fmt.Sprintf("sed -i %dd %s", last+1, file)
		return x.Do("Close the section that begins at line "+fmt.Sprint(s.at.Line), "sed -i %s %s", sh(fmt.Sprintf(`%da\%s%s`, last, indent, end)), file), true
	case t.place == s.at:
		x.Undo = fmt.Sprintf("sed -i '${/^<\\/%s>$/d;}' %s", s.name, file)
		return x.Do("Close the section that is still open at the end of the file", "%s", addLine(r, s.at.File, end)), true
	}
	x.Undo = fmt.Sprintf("sed -i %dd %s", t.place.Line, file)
	return x.Do("Close the section that begins at line "+fmt.Sprint(s.at.Line), "%s", insertBefore(r, t.place, end)), true
}

// strayEnd is for an end without a beginning: it stands there twice, or the first line of the virtual host was lost.
func (t *confError) strayEnd(g *sysinfo.Gateway, x Fix, name, line string) (Fix, bool) {
	above := sysinfo.Place{File: t.place.File, Line: t.place.Line - 1}
	for above.Line > 0 && withoutComment(configLine(g.Root, above)) == "" {
		above.Line--
	}
	opens := seekIn(g.Root, t.place.File, regexp.MustCompile(`(?i)^\s*<`+name+`\b`))
	switch first := withoutComment(configLine(g.Root, above)); {
	case name == "IfModule" || opens > 0 && strings.EqualFold(first, line):
		return x.Do("Take out the end that closes nothing", "%s", commentOut(g.Root, t.place)), true
	case name == "VirtualHost" && opens == 0 && seekIn(g.Root, t.place.File, regexp.MustCompile(`(?i)^\s*ServerName\s`)) > 0:
		port := "80"
		if seekIn(g.Root, t.place.File, regexp.MustCompile(`(?i)^\s*SSLEngine\s+on\b`)) > 0 {
			port = "443"
		}
		t.place.Line, x.Undo = 1, "sed -i 1d "+sh(realFile(g.Root, t.place.File))
		return x.Do("Begin the virtual host again: its first line was lost", "sed -i %s %s", sh("1i <VirtualHost *:"+port+">"), sh(realFile(g.Root, t.place.File))), true
	}
	return x, false
}
