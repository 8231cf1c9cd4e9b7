package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// forcing is the directive that sets the header; others may stand before it on its line.
var forcing = whenAsked(`(?i)\b\w+_set_header\s+["']?Upgrade["']?\s+[^;]*;`)

// forcedUpgrade: nginx asks the app to change to a WebSocket in every request, and not only where the visitor does; the app ends what is no
// socket of its own, and answers who asks plainly (nginx's "WebSocket proxying": the value is $http_upgrade).
func forcedUpgrade(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	h, ok := l.Extra.(sysinfo.NginxHop)
	if !ok || !l.hit || !l.reach.Local {
		return nil
	}
	set := h.Pass.Header("Upgrade")
	if len(set.Args) != 1 || set.Args[0] == "" || strings.Contains(set.Args[0], "$") || !set.Place.Known() {
		return nil
	}
	uri := l.answer.Question.URI
	a, err := l.pageOfApp(ctx, f, uri)
	if err != nil || a.Err != nil || a.Status == 0 || a.Status >= 500 {
		return nil
	}
	root := l.Site.Gateway.Root
	found := &Finding{Confidence: 0.93, Where: set.Place, Summary: fmt.Sprintf("%s asks %s for an upgrade to %s in every request, and the app closes the connection; asked without it, it answers %d", l.From, l.Address(), set.Args[0], a.Status),
		Evidence: []Evidence{lineOf(root, set.Place), pageSays(&a, fmt.Sprintf("%d from %s itself, asked without Upgrade", a.Status, l.Address())), passLine(l)}}
	line := configLine(root, set.Place)
	x := Fix{Title: "Ask for an upgrade only where the visitor does", Risk: Low}
	written := forcing.FindString(line)
	if written == "" {
		found.Fix = x.Tell("Write $http_upgrade in the place of %s at %s", set.Args[0], set.Place)
		return found
	}
	x.Undo = setLine(root, set.Place, line)
	found.Fix = reload(ctx, f, l.Site.Gateway, x.Do("nginx leaves an empty header out: $http_upgrade is empty but for WebSockets", "%s", replace(root, set.Place, written, set.Name+" Upgrade $http_upgrade;")))
	return found
}
