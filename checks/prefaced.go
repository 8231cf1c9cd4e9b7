package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
)

var proxyProtocol = whenAsked(`\s+proxy_protocol\b`)

// prefaced: the nginx behind a hop takes only connections that begin with the PROXY protocol, and hangs up on all others with
// "broken header". nginx itself never sends it to the servers of proxy_pass (only its stream module can).
func prefaced(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	in := f.Inner(ctx, l.Hop)
	if in == nil || l.Site.Gateway.Kind != "nginx" || in.Gateway.Kind != "nginx" {
		return nil
	}
	var at []sysinfo.Place
	for _, s := range in.Gateway.Sites {
		for _, listen := range s.Listen {
			a := listen.Addr.Addr()
			if listen.Proxied && int(listen.Addr.Port()) == l.Port && (a.IsUnspecified() || len(l.Addrs) > 0 && a == l.Addrs[0]) {
				at = append(at, listen.Place)
			}
		}
	}
	if len(at) == 0 {
		return nil
	}
	root := in.Gateway.Root
	found := &Finding{Status: l.broken(), Confidence: 0.97, Where: at[0], Summary: fmt.Sprintf("%s takes only connections that begin with the PROXY protocol, and nginx's proxy_pass does not send it", l.Address()),
		Evidence: []Evidence{lineOf(root, at[0]), passLine(l)}, Covers: []ID{"upstream-premature-close", "upstream-read-timeout"}}
	x := Fix{Title: "Take plain connections there", Risk: Medium}
	var undo []string
	for _, p := range at {
		line := configLine(root, p)
		x = x.Do(fmt.Sprintf("Take proxy_protocol out of %s (if a balancer speaks it to this port as well, give that one a listen line of its own)", p), "%s", replace(root, p, proxyProtocol.FindString(line), ""))
		undo = append(undo, setLine(root, p, line))
	}
	x.Undo = undoAll(undo)
	found.Fix = reload(ctx, f, in.Gateway, x)
	return withLine(found, l, mismatchKinds...)
}
