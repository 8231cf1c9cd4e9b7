package checks

import (
	"slices"
	"strings"

	"fix502/sysinfo"
)

// handsOn is a line by which nginx hands pages to a program.
var handsOn = whenAsked(`^\s*(?:fastcgi|uwsgi|scgi|proxy|grpc)_pass\s`)

// handsPagesOn says that some lines of a file hand pages to a program. Without them nginx gives the files below its root as they are: the
// code of the site, with its passwords.
func handsPagesOn(r sysinfo.Root, at sysinfo.Place, end int) bool {
	for p, line := range linesIn(r, at.File) {
		if p.Line >= at.Line && p.Line <= end && (handsOn.MatchString(line) || handsOn.MatchString(line[strings.LastIndexAny(line, "{;")+1:])) {
			return true
		}
	}
	return false
}

var includeGone = whenAsked(`^open\(\)|Could not open configuration file|No matches for the wildcard`)

// codeLost is for an include whose file is not there, where nothing else tells what runs the site's PHP: that stood in it.
func (t *confError) codeLost(f *sysinfo.Facts, g *sysinfo.Gateway, x Fix, line string) (Fix, bool) {
	if !strings.HasPrefix(strings.ToLower(line), "include") || !includeGone.MatchString(t.text) || !showsCode(f, g, t.place.File) {
		return x, false
	}
	x.Undo = ""
	return x.Tell("Put the file back that %s includes: nothing else says what runs the site's PHP. Without the line %s would start, and give everybody the files of the site as they are, with the passwords in them", t.place, g.Title()), true
}

// showsCode says that a site of a file has PHP, and no line that would have it run.
func showsCode(f *sysinfo.Facts, g *sysinfo.Gateway, file string) bool {
	if a, ok := g.Extra.(*sysinfo.Apache); ok {
		for _, module := range []string{"php_module", "php7_module", "php5_module"} {
			if a.Config.Has(module) {
				return false
			}
		}
	}
	for _, s := range g.Sites {
		if s.Root == "" || realFile(g.Root, s.Where.File) != realFile(g.Root, file) || !g.Root.Exists(s.Root+"/index.php") || f.PageOf(s, "/index.php") != nil {
			continue
		}
		if !slices.ContainsFunc(s.Hops, func(h *sysinfo.Hop) bool { return h.Scheme == "fastcgi" }) {
			return true
		}
	}
	return false
}
