package checks

import (
	"strings"

	"fix502/sysinfo"
)

// usesMacro is the line that puts a macro of Apache's in for one site (mod_macro).
var usesMacro = whenAsked(`(?i)^\s*Use\s+\S`)

// sharedRule says that the line which names a hop's socket is a rule for many sites, and this site gives its own word to it: ${NAME} in a
// file that each virtual host includes, or the argument of a macro. The word mostly stands for the site's folders as well, so neither the
// rule nor the word may be bent for one socket.
func sharedRule(l *live) bool {
	g := l.Site.Gateway
	if l.Unix == "" || g.Kind != "apache" {
		return false
	}
	line := configLine(g.Root, l.Where)
	if strings.Contains(line, l.Unix) {
		return false
	}
	if usesMacro.MatchString(line) {
		return true
	}
	for _, other := range allHops(g) {
		if other.Where == l.Where && other.Address() != l.Address() {
			return true
		}
	}
	return false
}

// fitsNoRule moves a pool to where the gateway's rule for all sites asks for it.
func fitsNoRule(f *sysinfo.Facts, l *live, c poolCandidate, found *Finding) {
	found.Where = c.at.Place
	found.Summary += ", and the line that asks for it serves other sites as well"
	found.Fix = askedFor(f, l, c)
}
