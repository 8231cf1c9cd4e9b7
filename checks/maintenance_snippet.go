package checks

import (
	"regexp"
	"strings"

	"fix502/sysinfo"
)

var caddyImport = whenAsked(`^import\s+([\w.-]+)(\s|$)`)

// importedClosings are the lines of a site of Caddy's by which a snippet closes it: the import, where the snippet says nothing else, so that other
// sites that import it stay as they are; else the line in the snippet.
func importedClosings(s *sysinfo.Site) []sysinfo.Place {
	var out []sysinfo.Place
	for _, at := range linesOf(s.Gateway.Root, s.Where.File, s.Where.Line, caddyImport, true) {
		closing, sole := closedInSnippet(s, configLine(s.Gateway.Root, at))
		switch {
		case !closing.Known():
		case sole:
			out = append(out, at)
		default:
			out = append(out, closing)
		}
	}
	return out
}

// closedInSnippet is the line of an imported snippet that answers 503, and whether it is all that the snippet says.
func closedInSnippet(s *sysinfo.Site, line string) (at sysinfo.Place, sole bool) {
	m := caddyImport.FindStringSubmatch(line)
	if s.Gateway.Kind != "caddy" || m == nil {
		return at, false
	}
	begins := seekLine(s.Gateway, regexp.MustCompile(`^\s*\(`+regexp.QuoteMeta(m[1])+`\)\s*\{`))
	if !begins.Known() {
		return at, false
	}
	all := linesOf(s.Gateway.Root, begins.File, begins.Line, regexp.MustCompile(`^[^}\s]`), true)
	for _, l := range linesOf(s.Gateway.Root, begins.File, begins.Line, closings["caddy"], true) {
		if text := configLine(s.Gateway.Root, l); !conditional("caddy", text) && !strings.HasSuffix(text, "{") {
			return l, len(all) == 2 // its own name, and that
		}
	}
	return at, false
}
