package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// emptyVariable: the variable in a pass is empty for this visitor, a map that knows other names and has no default
// mostly. nginx answers 500, "invalid URL prefix".
func emptyVariable(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	root := l.Site.Gateway.Root
	found := &Finding{Confidence: 0.95, Where: l.Where, Summary: fmt.Sprintf("the variable in %s is empty for this page: nginx knows nobody to ask", l.Pass),
		Evidence: []Evidence{lineOf(root, l.Pass)}}
	line := configLine(root, l.Where)
	w := strings.Fields(strings.TrimSuffix(line, ";"))
	if l.Where == l.Pass || len(w) != 2 || !alone(line) || w[0] == "server" {
		found.Fix = Fix{Title: "Give the variable a value for every page", Risk: Low}.Tell("Follow the variable of %s through set, if and map: for this page none of them gives it a value", l.Pass)
		return found
	}
	x := Fix{Title: "Give the map a default", Risk: Low, Undo: removeBelow(root, l.Where, 1)}.
		Tell("The map around %s knows %s, and nothing for %s", l.Where, w[0], l.Site.Name)
	found.Fix = reload(ctx, f, l.Site.Gateway, x.Do("Everybody else goes to the same app", "%s", insertAfter(root, l.Where, "default "+w[1]+";")))
	return found
}
