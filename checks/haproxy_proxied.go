package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
)

// sendsProxy are the words of a server's line that begin with the PROXY protocol.
var sendsProxy = whenAsked(`\s(send-proxy(?:-v2(?:-ssl(?:-cn)?)?)?|check-send-proxy)\b`)

// mendProxied takes the PROXY protocol off a server that takes it for a bad request, and gives a page to who asks without.
func mendProxied(ctx context.Context, f *sysinfo.Facts, l *live, s sysinfo.ServerState, found *Finding) (Fix, bool) {
	if _, ours := l.Extra.(haproxy.Server); !ours {
		return Fix{}, false
	}
	root, line := l.Site.Gateway.Root, configLine(l.Site.Gateway.Root, l.Where)
	plain := sendsProxy.ReplaceAllString(line, "")
	if plain == line || s.Code != 400 && !strings.HasPrefix(s.Check, "L7RSP") && !strings.HasPrefix(s.Check, "L6") { // who is not reached at all said nothing of it
		return Fix{}, false
	}
	a, err := l.frontPage(ctx, f)
	if err != nil || a.Status < 200 || a.Status >= 400 {
		return Fix{}, false
	}
	found.Where = l.Where
	found.Summary = fmt.Sprintf("HAProxy begins with the PROXY protocol (%s), and the app at %s takes that for a bad request", strings.TrimSpace(sendsProxy.FindString(line)), l.Address())
	x := Fix{Title: "Ask the app without the PROXY protocol", Risk: Low, Undo: setLine(root, l.Where, line)}
	return checked(ctx, f, l, x.Do(fmt.Sprintf("Asked without it the app gives %d", a.Status), "%s", setLine(root, l.Where, plain))), true
}
