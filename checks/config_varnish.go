package checks

import (
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

var (
	vclFound   = whenAsked(`Found: '([^']+)' at`)
	vclSymbol  = whenAsked(`(?:Symbol not found|Undefined (?:backend|acl|sub|probe|function|variable)):? '?([\w.]+)'?|'([\w.]+)' not found`)
	vclUnused  = whenAsked(`^Unused (backend|acl|sub|probe|director)`)
	vclTop     = []string{"backend", "acl", "sub", "probe", "import", "include"}
	vclEndings = whenAsked(`^Expected ';' got`)
)

// cureVarnish mends what the VCL compiler says of one line.
func (t *confError) cureVarnish(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	v, ok := g.Extra.(*sysinfo.Varnish)
	r := g.Root
	if cured, ok := t.cureBraces(g, x); ok {
		return cured, true
	}
	for _, cure := range []func(*sysinfo.Gateway, Fix, string) (Fix, bool){t.vclVersion, t.vclEnd, t.vclProbeWindow, t.vclOld, t.vclLine, t.vclName} {
		if cured, ok := cure(g, x, line); ok {
			return cured, true
		}
	}
	switch {
	case !ok:
	case vclUnused.MatchString(t.text) && line != "":
		if end := blockEnd(r, t.place); end > 0 && wholeLines(r, t.place, end, strings.Fields(line)[0]) {
			return t.offBlock(g, x, end, "Switch it off: nothing uses it, and Varnish takes that for a mistake"), true
		}
	case vclFound.MatchString(t.text):
		word := vclFound.FindStringSubmatch(t.text)[1]
		if meant := spelling.Closest(word, vclTop); meant != "" && strings.HasPrefix(line, word) {
			return t.slip(g, x, word, meant), true
		}
	case vclSymbol.MatchString(t.text) && strings.Contains(line, "backend"):
		m := vclSymbol.FindStringSubmatch(t.text)
		word := m[1] + m[2]
		var names []string
		for _, b := range v.Config.Backends {
			names = append(names, b.Name)
		}
		if meant := meantBackend(word, names); meant != "" && strings.Count(line, word) == 1 {
			return t.slip(g, x, word, meant), true
		}
	}
	return x, false
}

// vclVersion puts the first line back.
func (t *confError) vclVersion(g *sysinfo.Gateway, x Fix, _ string) (Fix, bool) {
	if !strings.Contains(t.text, "VCL version declaration missing") {
		return x, false
	}
	r, first := g.Root, sysinfo.Place{File: t.place.File, Line: 1}
	x.Undo = "sed -i 1d " + sh(realFile(r, t.place.File))
	if configLine(r, first) == "" && rawLine(r, first) == "" {
		x.Undo = setLine(r, first, "")
		return x.Do("Say which VCL this is", "%s", setLine(r, first, "vcl 4.1;")), true
	}
	return x.Do("Say which VCL this is, above all else", "sed -i '1i vcl 4.1;' %s", sh(realFile(r, t.place.File))), true
}

// vclEnd ends the line above the one where Varnish noticed.
func (t *confError) vclEnd(g *sysinfo.Gateway, x Fix, _ string) (Fix, bool) {
	if !vclEndings.MatchString(t.text) {
		return x, false
	}
	for at := (sysinfo.Place{File: t.place.File, Line: t.place.Line - 1}); at.Line > 0; at.Line-- {
		code := withoutComment(configLine(g.Root, at))
		if code == "" || strings.HasPrefix(code, "//") {
			continue
		}
		if ends(code) {
			return x, false
		}
		t.place, x.Undo = at, setLine(g.Root, at, configLine(g.Root, at))
		return x.Do("End the line with a semicolon", "%s", replace(g.Root, at, code, code+";")), true
	}
	return x, false
}

// offBlock switches a block off that begins at the place and ends at a line.
func (t *confError) offBlock(g *sysinfo.Gateway, x Fix, end int, say string) Fix {
	file := sh(realFile(g.Root, t.place.File))
	x.Undo = fmt.Sprintf("sed -i '%d,%ds/# //' %s", t.place.Line, end, file)
	return x.Do(say, "sed -i '%d,%ds/^[[:space:]]*/&# /' %s", t.place.Line, end, file)
}
