package checks

import (
	"context"
	"fmt"
	"slices"

	"fix502/sysinfo"
	"fix502/sysinfo/caddy"
	"fix502/sysinfo/haproxy"
	"fix502/sysinfo/varnish"
)

// prefaced: the web server behind a hop takes only connections that begin with the PROXY protocol, and hangs up on all others:
// nginx with "broken header", HAProxy with "which does not look like a PROXY protocol header", Apache and Varnish without a word.
// nginx itself never sends it to the servers of proxy_pass (only its stream module can), HAProxy where a line says so.
func prefaced(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	in := f.Inner(ctx, l.Hop)
	if in == nil || sendsPreface(l.Hop) || l.broken() != Fail {
		return nil
	}
	at, waits := prefacedLines(l, in)
	if !waits {
		return nil
	}
	root := in.Gateway.Root
	found := &Finding{Status: l.broken(), Confidence: 0.97, Where: l.Where, Summary: fmt.Sprintf("%s takes only connections that begin with the PROXY protocol, and %s does not send it", l.Address(), l.From),
		Evidence: []Evidence{prefaceEvidence(in, at), passLine(l)}, Covers: []ID{"upstream-premature-close", "upstream-read-timeout", "haproxy-bad-response"}}
	if len(at) > 0 {
		found.Where = at[0]
	}
	if line := configLine(l.Site.Gateway.Root, l.Where); l.Site.Gateway.Kind == "haproxy" && withoutComment(line) == line && firstWord(line) == "server" {
		found.Where = l.Where
		x := Fix{Title: "Let HAProxy begin with the PROXY protocol", Risk: Low, Undo: setLine(l.Site.Gateway.Root, l.Where, line)}
		found.Fix = reload(ctx, f, l.Site.Gateway, x.Do("As "+in.Gateway.Title()+" asks for it", "%s", setLine(l.Site.Gateway.Root, l.Where, line+" send-proxy")))
		return withLine(found, l, mismatchKinds...)
	}
	if rule := whoByPreface(in); rule.Known() {
		found.Evidence = append(found.Evidence, lineOf(root, rule))
		found.Fix = Fix{Title: "Take plain connections there", Risk: Medium}.Tell("Let %s begin with the PROXY protocol, if it can: rules there tell visitors apart by what it says (%s)", l.From, rule).
			Tell("Only where no rule keeps anybody out: take %s, and the visitors' addresses from X-Forwarded-For", preface(in.Gateway.Kind).say)
		return withLine(found, l, mismatchKinds...)
	}
	if anyAsks(ctx, f, l.Hop, sendsPreface) {
		found.Fix = Fix{Title: "Give " + l.From + " a port of its own there", Risk: Medium}.Tell("Another site of this machine begins with the PROXY protocol at %s, and would not be understood there any more. Have %s listen at a second port of 127.0.0.1 without it, and name that port at %s", l.Address(), in.Gateway.Title(), l.Where)
		return withLine(found, l, mismatchKinds...)
	}
	found.Fix = takePlain(ctx, f, l, in, at)
	return withLine(found, l, mismatchKinds...)
}

// prefacedLines are the lines by which a web server waits for the PROXY protocol at a hop's address; Varnish has it in its
// command, where no line is known.
func prefacedLines(l *live, in *sysinfo.Site) (at []sysinfo.Place, waits bool) {
	for _, listen := range in.Listen {
		a := listen.Addr.Addr()
		if !listen.Proxied || int(listen.Addr.Port()) != l.Port || !a.IsUnspecified() && (len(l.Addrs) == 0 || a != l.Addrs[0]) {
			continue
		}
		if waits = true; listen.Place.Known() && !slices.Contains(at, listen.Place) {
			at = append(at, listen.Place)
		}
	}
	if in.Gateway.Kind != "nginx" {
		return at, waits
	}
	for _, s := range in.Gateway.Sites { // nginx's line holds for all servers of the address
		for _, listen := range s.Listen {
			a := listen.Addr.Addr()
			if listen.Proxied && int(listen.Addr.Port()) == l.Port && (a.IsUnspecified() || len(l.Addrs) > 0 && a == l.Addrs[0]) && !slices.Contains(at, listen.Place) {
				at, waits = append(at, listen.Place), true
			}
		}
	}
	return at, waits
}

func prefaceEvidence(in *sysinfo.Site, at []sysinfo.Place) Evidence {
	if len(at) > 0 {
		return lineOf(in.Gateway.Root, at[0])
	}
	return Evidence{Source: "ps", Text: in.Gateway.Title() + " was started with -a …,PROXY"}
}

// sendsPreface says that a gateway begins with the PROXY protocol, or that nobody can know.
func sendsPreface(h *sysinfo.Hop) bool {
	switch h.Site.Gateway.Kind {
	case "nginx", "apache":
		return false
	case "varnish":
		b, ok := h.Extra.(*varnish.Backend)
		return !ok || b.Values["proxy_header"].Text != ""
	case "caddy":
		c, ok := h.Extra.(sysinfo.CaddyHop)
		return !ok || c.Pass.Settings["proxy_protocol"] != caddy.Value{}
	case "haproxy":
		s, ok := h.Extra.(haproxy.Server)
		return !ok || s.SendsPP
	}
	return true
}
