package checks

import (
	"context"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

var (
	globbed = whenAsked(`(?i)^\s*(?:import|include|IncludeOptional)\s+(\S*\*[^\s;]*);?\s*$`)
	// ofASite begins what is a site's alone; Caddy's snippets are in brackets, its global options are nameless.
	ofASite = map[string]pattern{"nginx": whenAsked(`^(server\s*\{|upstream\s)`), "apache": whenAsked(`(?i)^<(VirtualHost|IfModule)\s`), "caddy": whenAsked(`^[^({\s][^{]*\{$`)}
)

// siteAside puts a file of other sites aside that no command can correct, where the gateway finds it by a pattern: it keeps down those sites as it is, and with them the
// one that this run is about.
func (t *confError) siteAside(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, x Fix) (Fix, bool) {
	s := f.Target(ctx)
	if s == nil || s.Gateway != g || g.Container != nil || !t.place.Known() || !t.ofOthers(g, s) {
		return x, false
	}
	real, err := g.Root.Resolve(t.place.File)
	if err != nil {
		return x, false
	}
	for _, line := range linesIn(g.Root, g.Config) {
		m := globbed.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		pattern := m[1]
		if !path.IsAbs(pattern) {
			pattern = path.Join(path.Dir(g.Config), pattern)
		}
		found, _ := g.Root.Glob(pattern) // unreadable: then it is none of these
		for _, name := range found {
			to := path.Join(path.Dir(path.Dir(name)), path.Base(name)+".aside")
			if at, err := g.Root.Resolve(name); err != nil || at != real || g.Root.Exists(to) {
				continue
			}
			x.Title, x.Workaround = "Start "+g.Title()+" without that site", true
			x.Undo = fmt.Sprintf("mv %s %s", sh(to), sh(name))
			x = x.Do("Put the file of the other site aside: until it is correct no site of "+g.Title()+" can start", "mv -n %s %s", sh(name), sh(to))
			return x, true
		}
	}
	return x, false
}

// ofOthers says that the file of an error holds whole sites and nothing else, and not the one that this run is about.
func (t *confError) ofOthers(g *sysinfo.Gateway, s *sysinfo.Site) bool {
	here := func(o *sysinfo.Site) bool { return o.Where.File == t.place.File }
	if here(s) || !slices.ContainsFunc(g.Sites, here) || slices.ContainsFunc(g.Sites, func(o *sysinfo.Site) bool { return here(o) && o.Called(s.Name) }) {
		return false
	}
	begins, known := ofASite[g.Kind]
	if !known {
		return false
	}
	depth := 0
	for _, line := range linesIn(g.Root, t.place.File) {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if depth == 0 && !begins.MatchString(line) {
			return false
		}
		depth += strings.Count(line, "{") - strings.Count(line, "}")
		switch {
		case strings.HasPrefix(line, "</"):
			depth--
		case strings.HasPrefix(line, "<"):
			depth++
		}
	}
	return depth == 0
}
