package checks

import (
	"strings"

	"fix502/sysinfo"
)

var offServer = whenAsked(`^#\s*server\s+[^;{}]+;`)

// emptyUpstream: all servers of a block were switched off. The error is told of the line that closes it.
func (t *confError) emptyUpstream(g *sysinfo.Gateway, x Fix, _, _ string) (Fix, bool) {
	if !strings.HasPrefix(t.text, "no servers are inside upstream") {
		return x, false
	}
	var undo []string
	for at := (sysinfo.Place{File: t.place.File, Line: t.place.Line - 1}); at.Line > 0; at.Line-- {
		line := configLine(g.Root, at)
		if strings.HasPrefix(line, "upstream ") {
			break
		}
		if offServer.MatchString(line) {
			x = x.Do("Switch the server on again", "%s", setLine(g.Root, at, strings.TrimLeft(line, "# ")))
			undo = append(undo, setLine(g.Root, at, line))
		}
	}
	x.Undo = undoAll(undo)
	return x, len(undo) > 0
}
