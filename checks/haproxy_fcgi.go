package checks

import (
	"context"

	"fix502/sysinfo"
)

var (
	fcgiApp        = whenAsked(`^\s*fcgi-app\s+(\S+)`)
	usesFCGIApp    = whenAsked(`^\s*use-fcgi-app\s`)
	beginsOfItsOwn = whenAsked(`^(?:global|defaults|frontend|backend|listen|fcgi-app|resolvers|peers|cache|userlist|program|ring|http-errors|log-forward|mailers)\b`)
)

// speakFastCGI lets HAProxy itself speak FastCGI to a server, by the one description of an app that its files have (HAProxy's configuration
// manual, 10.1: a backend names it, and its servers say proto fcgi).
func speakFastCGI(ctx context.Context, f *sysinfo.Facts, l *live, x Fix, old string) (Fix, bool) {
	root := l.Site.Gateway.Root
	app, uses, inBackend := "", false, false
	for at, line := range linesIn(root, configFiles(l.Site.Gateway)...) {
		if m := fcgiApp.FindStringSubmatch(line); m != nil {
			if app != "" {
				return x, false // which of them is meant, nobody can know
			}
			app = m[1]
		}
		switch {
		case at.File != l.Where.File || at.Line < l.Where.Line && beginsOfItsOwn.MatchString(line):
			inBackend, uses = at.File == l.Where.File, false
		case at.Line > l.Where.Line && beginsOfItsOwn.MatchString(line):
			inBackend = false
		case inBackend && usesFCGIApp.MatchString(line):
			uses = true
		}
	}
	if app == "" {
		return x, false
	}
	line := withWords(old, "proto fcgi")
	if !uses {
		line = "use-fcgi-app " + app + "\n" + line
		x.Undo = undoAll([]string{x.Undo, removeBelow(root, l.Where, 1)})
	}
	return reload(ctx, f, l.Site.Gateway, x.Do("Say so on "+l.Where.String(), "%s", setLine(root, l.Where, line))), true
}
