package checks

import (
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

var (
	sectionOpen    = whenAsked(`^<([A-Za-z]\w*)`)
	sectionClose   = whenAsked(`^</([A-Za-z]\w*)>$`)
	sectionSaw     = whenAsked(`^Expected </(\w+)> but saw </(\w+)>`)
	sectionOpened  = whenAsked(`<(\w+)> was not closed`)
	sectionExpect  = whenAsked(`^Expected </(\w+)>? before end of configuration`)
	sectionStray   = whenAsked(`^</(\w+)> without matching <\w+> section`)
	sectionBracket = whenAsked(`directive missing closing '>'`)
	sectionWithin  = whenAsked(`^<VirtualHost> cannot occur within <VirtualHost> section`)
	sectionNames   = []string{"VirtualHost", "Directory", "DirectoryMatch", "Location", "LocationMatch", "Files", "FilesMatch", "Proxy", "ProxyMatch", "IfModule", "IfDefine", "IfVersion", "If", "Else", "ElseIf",
		"Limit", "LimitExcept", "RequireAny", "RequireAll", "RequireNone", "Macro"}
)

// cureSection mends what Apache says of a section's two ends.
func (t *confError) cureSection(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	r := g.Root
	switch {
	case sectionBracket.MatchString(t.text) && strings.HasPrefix(line, "<") && !strings.HasSuffix(line, ">"):
		return x.Do("Close the bracket", "%s", setLine(r, t.place, line+">")), true
	case sectionSaw.MatchString(t.text):
		m := sectionSaw.FindStringSubmatch(t.text)
		return t.otherEnd(g, x, m[1], m[2])
	case sectionOpened.MatchString(t.text) && len(openSections(r, t.place.File, 0)) == 1:
		return t.endSection(g, x, openSections(r, t.place.File, 0)[0])
	case sectionExpect.MatchString(t.text) && len(openSections(r, t.place.File, 0)) == 1:
		return t.endSection(g, x, openSections(r, t.place.File, 0)[0])
	case sectionWithin.MatchString(t.text):
		x.Undo = fmt.Sprintf("sed -i %dd %s", t.place.Line, sh(realFile(r, t.place.File)))
		return x.Do("Close the virtual host above before the next one begins", "%s", insertBefore(r, t.place, "</VirtualHost>")), true
	case sectionStray.MatchString(t.text):
		return t.strayEnd(g, x, sectionStray.FindStringSubmatch(t.text)[1], line)
	}
	return x, false
}

// section is where one begins.
type section struct {
	name string
	at   sysinfo.Place
}

// openSections are those that are open above a line of a file, the innermost last; of the whole file for line 0.
func openSections(r sysinfo.Root, file string, before int) []section {
	var open []section
	for at, line := range linesIn(r, file) {
		if at.Line == before {
			break
		}
		line = strings.TrimSpace(line)
		if m := sectionOpen.FindStringSubmatch(line); m != nil {
			open = append(open, section{m[1], at})
		} else if m := sectionClose.FindStringSubmatch(line); m != nil && len(open) > 0 && strings.EqualFold(open[len(open)-1].name, m[1]) {
			open = open[:len(open)-1]
		}
	}
	return open
}

// otherEnd is for a section that ends as another one: one of the two is misspelt, or the inner one lacks its end.
func (t *confError) otherEnd(g *sysinfo.Gateway, x Fix, want, saw string) (Fix, bool) {
	open := openSections(g.Root, t.place.File, t.place.Line)
	if len(open) == 0 {
		return x, false
	}
	inner := open[len(open)-1]
	for _, s := range open[:len(open)-1] {
		if strings.EqualFold(s.name, saw) {
			return t.endSection(g, x, inner)
		}
	}
	if spelling.Closest(want, sectionNames) == want && spelling.Closest(saw, []string{want}) != "" {
		return x.Do("Correct the slip: "+saw+" is "+want, "%s", replace(g.Root, t.place, saw, want)), true
	}
	if spelling.Closest(saw, sectionNames) == saw && spelling.Closest(want, []string{saw}) != "" {
		t.place = inner.at
		x.Undo = setLine(g.Root, t.place, configLine(g.Root, t.place))
		return t.slip(g, x, want, saw), true
	}
	return x, false
}
