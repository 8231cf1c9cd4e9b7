package checks

import (
	"fmt"
	"regexp"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/spelling"
)

var (
	vclFound   = regexp.MustCompile(`Found: '([^']+)' at`)
	vclSymbol  = regexp.MustCompile(`(?:Symbol not found|Undefined (?:backend|acl|sub|probe|function|variable)):? '?([\w.]+)'?|'([\w.]+)' not found`)
	vclUnused  = regexp.MustCompile(`^Unused (backend|acl|sub|probe|director)`)
	vclTop     = []string{"backend", "acl", "sub", "probe", "import", "include"}
	vclEndings = regexp.MustCompile(`^Expected ';' got`)
)

// cureVarnish mends what the VCL compiler says of one line.
func (t *confError) cureVarnish(g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	v, ok := g.Extra.(*sysinfo.Varnish)
	r := g.Root
	switch {
	case !ok:
	case strings.Contains(t.text, "VCL version declaration missing"):
		first := sysinfo.Place{File: t.place.File, Line: 1}
		x.Undo = "sed -i 1d " + sh(realFile(r, t.place.File))
		if configLine(r, first) == "" && rawLine(r, first) == "" {
			x.Undo = setLine(r, first, "")
			return x.Do("Say which VCL this is", "%s", setLine(r, first, "vcl 4.1;")), true
		}
		return x.Do("Say which VCL this is, above all else", "sed -i '1i vcl 4.1;' %s", sh(realFile(r, t.place.File))), true
	case vclEndings.MatchString(t.text):
		for at := (sysinfo.Place{File: t.place.File, Line: t.place.Line - 1}); at.Line > 0; at.Line-- {
			if code := withoutComment(configLine(r, at)); code != "" && !strings.HasPrefix(code, "//") {
				if ends(code) || strings.HasSuffix(code, "}") {
					return x, false
				}
				t.place, x.Undo = at, setLine(r, at, configLine(r, at))
				return x.Do("End the line with a semicolon", "%s", replace(r, at, code, code+";")), true
			}
		}
	case vclUnused.MatchString(t.text) && line != "":
		if end := blockEnd(r, t.place); end > 0 && wholeLines(r, t.place, end, strings.Fields(line)[0]) {
			return t.offBlock(g, x, end, "Switch it off: nothing uses it, and Varnish takes that for a mistake"), true
		}
	case unbalanced(r, t.place.File) == 1:
		x.Undo = "sed -i '${/^}$/d;}' " + sh(realFile(r, t.place.File))
		return x.Do("Close the block that is still open at the end of the file", "%s", addLine(r, t.place.File, "}")), true
	case vclFound.MatchString(t.text):
		word := vclFound.FindStringSubmatch(t.text)[1]
		if meant := spelling.Closest(word, vclTop); meant != "" && strings.HasPrefix(line, word) {
			return t.slip(g, x, word, meant), true
		}
	case vclSymbol.MatchString(t.text):
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

// offBlock switches a block off that begins at the place and ends at a line.
func (t *confError) offBlock(g *sysinfo.Gateway, x Fix, end int, say string) Fix {
	file := sh(realFile(g.Root, t.place.File))
	x.Undo = fmt.Sprintf("sed -i '%d,%ds/# //' %s", t.place.Line, end, file)
	return x.Do(say, "sed -i '%d,%ds/^[[:space:]]*/&# /' %s", t.place.Line, end, file)
}
