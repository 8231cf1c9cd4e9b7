package checks

import (
	"context"
	"crypto/tls"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
)

// checkNames: "sni" is for what visitors ask, and the check of the same server calls it by no name at all (HAProxy's manual, "check-sni"). A
// server with several certificates shows the check another one, or none.
func checkNames(ctx context.Context, f *sysinfo.Facts, l *live, s sysinfo.ServerState, srv haproxy.Server, found *Finding) (Fix, bool) {
	name := l.sniOf(srv)
	if !strings.HasPrefix(s.Check, "L6") || !srv.TLS || srv.Full.Has("check-sni") || !plainHost(name) {
		return Fix{}, false
	}
	named := tryTLS(ctx, f, l)
	if named.cert == nil || named.err != nil || named.refused != nil { // visitors would fail as the check does
		return Fix{}, false
	}
	shows := "no certificate"
	if state, err := shake(ctx, f, l, "", tls.VersionTLS13); err == nil {
		refused := l.tlsRules().refuses(l, state, f.Host.Now())
		if refused == nil {
			return Fix{}, false
		}
		shows = "a certificate that is refused: " + refused.Error()
	}
	root, at := l.Site.Gateway.Root, srv.At("sni")
	if found.Where = at; at != l.Where {
		found.Evidence = append(found.Evidence, lineOf(root, at))
	}
	found.Evidence = append(found.Evidence, named.shows(l)...)
	found.Summary = fmt.Sprintf("the app at %s answers, but HAProxy's health check calls it by no name and is shown %s; no other server is left", l.Address(), shows)
	x := Fix{Title: "Let the check call the app by the name that visitors' requests do", Risk: Low, Undo: setLine(root, at, configLine(root, at))}
	was := "sni " + srv.Full.After("sni")
	return checked(ctx, f, l, x.Do(fmt.Sprintf("Called %s it shows a certificate that HAProxy accepts", name), "%s", replace(root, at, was, was+" check-sni "+name))), true
}
