package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// bareValue is a line of set or of a map with a name or address that has no scheme.
var bareValue = whenAsked(`^(set\s+\$\w+|\S+)\s+["']?((?:[a-zA-Z0-9][\w.-]*|\[[0-9a-f:]+\])(?::\d+)?)["']?;$`)

// emptyVariable: the variable in a pass is empty for this visitor, a map that knows other names and has no default
// mostly. nginx answers 500, "invalid URL prefix".
func emptyVariable(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	root := l.Site.Gateway.Root
	found := &Finding{Confidence: 0.95, Where: l.Where, Summary: fmt.Sprintf("the variable in %s is empty for this page: nginx knows nobody to ask", l.Pass),
		Evidence: []Evidence{lineOf(root, l.Pass)}}
	line := configLine(root, l.Where)
	whole := strings.HasPrefix(strings.TrimSpace(afterWord(statement(configLine(root, l.Pass), "proxy_pass"))), "$") // the variable has to say it all
	if m := bareValue.FindStringSubmatch(line); l.Where != l.Pass && whole && m != nil {
		found.Summary = fmt.Sprintf("the variable in %s is %s for this page, an address without http:// before it", l.Pass, m[2])
		found.Evidence = append(found.Evidence, lineOf(root, l.Where))
		x := Fix{Title: "Say how to speak to it", Risk: Low, Undo: replace(root, l.Where, "http://"+m[2], m[2])}
		found.Fix = reload(ctx, f, l.Site.Gateway, x.Do("proxy_pass takes a whole address", "%s", replace(root, l.Where, m[2], "http://"+m[2])))
		return found
	}
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
