package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
	"fix502/sysinfo/varnish"
)

var proxyProtocol = whenAsked(`\s+proxy_protocol\b`)

// prefaced: the nginx behind a hop takes only connections that begin with the PROXY protocol, and hangs up on all others with
// "broken header". nginx itself never sends it to the servers of proxy_pass (only its stream module can), HAProxy where a line says so.
func prefaced(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	in := f.Inner(ctx, l.Hop)
	if in == nil || in.Gateway.Kind != "nginx" || sendsPreface(l) || l.broken() != Fail {
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
	found := &Finding{Status: l.broken(), Confidence: 0.97, Where: at[0], Summary: fmt.Sprintf("%s takes only connections that begin with the PROXY protocol, and %s does not send it", l.Address(), l.From),
		Evidence: []Evidence{lineOf(root, at[0]), passLine(l)}, Covers: []ID{"upstream-premature-close", "upstream-read-timeout"}}
	if line := configLine(l.Site.Gateway.Root, l.Where); l.Site.Gateway.Kind == "haproxy" && withoutComment(line) == line && firstWord(line) == "server" {
		found.Where = l.Where
		x := Fix{Title: "Let HAProxy begin with the PROXY protocol", Risk: Low, Undo: setLine(l.Site.Gateway.Root, l.Where, line)}
		found.Fix = reload(ctx, f, l.Site.Gateway, x.Do("As "+at[0].String()+" asks for it", "%s", setLine(l.Site.Gateway.Root, l.Where, line+" send-proxy")))
		return withLine(found, l, mismatchKinds...)
	}
	x := Fix{Title: "Take plain connections there", Risk: Medium}
	if rule := whoByPreface(in); rule.Known() {
		found.Evidence = append(found.Evidence, lineOf(root, rule))
		found.Fix = x.Tell("Let %s begin with the PROXY protocol, if it can: rules there tell visitors apart by what it says (%s)", l.From, rule).
			Tell("Only where no rule keeps anybody out: take proxy_protocol out at %s, and the visitors' addresses from X-Forwarded-For (real_ip_header)", at[0])
		return withLine(found, l, mismatchKinds...)
	}
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

// whoByPreface is a line by which an nginx knows its visitors from the PROXY protocol, where it also keeps some of them out.
func whoByPreface(in *sysinfo.Site) sysinfo.Place {
	var by sysinfo.Place
	turnsAway := false
	for at, line := range linesIn(in.Gateway.Root, configFiles(in.Gateway)...) {
		line = strings.TrimSpace(withoutComment(line))
		if knowsByPreface.MatchString(line) && !by.Known() {
			by = at
		}
		turnsAway = turnsAway || keepsOut.MatchString(line)
	}
	if !turnsAway {
		return sysinfo.Place{}
	}
	return by
}

var (
	knowsByPreface = whenAsked(`real_ip_header\s+proxy_protocol|\$proxy_protocol_`)
	keepsOut       = whenAsked(`^(allow|deny|satisfy|limit_|geo\b|auth_|map\b)|\breturn\s+(403|444)`)
)

// sendsPreface says that a gateway begins with the PROXY protocol, or that nobody can know.
func sendsPreface(l *live) bool {
	g := l.Site.Gateway
	switch g.Kind {
	case "nginx", "apache":
		return false
	case "varnish":
		b, ok := l.Extra.(*varnish.Backend)
		return !ok || b.Values["proxy_header"].Text != ""
	case "haproxy":
		s, ok := l.Extra.(haproxy.Server)
		return !ok || s.SendsPP
	}
	return true
}
