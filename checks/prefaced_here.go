package checks

import (
	"context"
	"net/netip"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// balanced says that other machines may reach the port where a web server waits for the PROXY protocol: a balancer may begin with it there, and
// is not understood any more once the word is gone.
func balanced(l *live, in *sysinfo.Site) bool {
	return slices.ContainsFunc(in.Listen, func(on sysinfo.Listen) bool {
		return on.Proxied && int(on.Addr.Port()) == l.Port && !on.Addr.Addr().IsLoopback()
	})
}

// plainHere lets this machine's own connections come without the PROXY protocol, and all others as before. nginx decides by the address that was
// asked (ngx_http_init_connection), Apache by the one that asks; HAProxy binds a port once.
func plainHere(ctx context.Context, f *sysinfo.Facts, l *live, in *sysinfo.Site, at []sysinfo.Place) Fix {
	root := in.Gateway.Root
	x := Fix{Title: "Take this machine's own connections without the PROXY protocol", Risk: Low}
	if in.Gateway.Kind == "nginx" {
		at = listensThere(l, in.Gateway)
	}
	lines := slices.DeleteFunc(slices.Clone(at), func(p sysinfo.Place) bool { // the line of the other family stands beside it, in the same server
		return in.Gateway.Kind == "nginx" && len(l.Addrs) > 0 && l.Addrs[0].Is4() == strings.Contains(configLine(root, p), "[")
	})
	slices.SortFunc(lines, func(a, b sysinfo.Place) int { return b.Line - a.Line }) // what stands below keeps its number
	var undo []string
	for _, p := range lines {
		add := hereLine(l, in.Gateway.Kind, configLine(root, p))
		if add == "" {
			return Fix{Title: "Take plain connections there", Risk: Medium}.Tell("Other machines reach %s too, and a balancer among them may begin with the PROXY protocol. If none does: take %s at %s. Else give %s a port of its own there, without it", l.Address(), preface(in.Gateway.Kind).say, p, l.From)
		}
		x = x.Do("Say so below "+p.String()+"; a balancer's connections stay as they are", "%s", insertAfter(root, p, add))
		undo = append(undo, removeBelow(root, p, 1))
	}
	x.Undo = undoAll(undo)
	return reload(ctx, f, in.Gateway, x)
}

// listensThere are the lines of all nginx's sites at the hop's port: a site that is not named at an address gets none of the requests that
// come to it (ngx_http_core_module, listen).
func listensThere(l *live, g *sysinfo.Gateway) (at []sysinfo.Place) {
	for _, s := range g.Sites {
		for _, on := range s.Listen {
			if int(on.Addr.Port()) == l.Port && on.Addr.Addr().IsUnspecified() && on.Place.Known() && !slices.Contains(at, on.Place) {
				at = append(at, on.Place)
			}
		}
	}
	return at
}

// hereLine is the line that excepts this machine; empty where there is none.
func hereLine(l *live, kind, line string) string {
	if len(l.Addrs) == 0 || !l.Addrs[0].IsLoopback() {
		return ""
	}
	switch {
	case kind == "apache":
		return "RemoteIPProxyProtocolExceptions " + l.Addrs[0].String()
	case kind == "nginx" && alone(line) && firstWord(line) == "listen":
		words := slices.DeleteFunc(strings.Fields(strings.TrimSuffix(line, ";")), func(w string) bool { return w != "ssl" && w != "http2" })
		return strings.Join(append([]string{"listen", netip.AddrPortFrom(l.Addrs[0], uint16(l.Port)).String()}, words...), " ") + ";"
	}
	return ""
}
