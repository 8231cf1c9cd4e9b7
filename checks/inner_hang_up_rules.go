package checks

import (
	"net/netip"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/conf"
	"fix502/sysinfo/haproxy"
	"fix502/sysinfo/nginx"
)

// hangUps are the rules by which a site may hang up on a request; those that are known not to meet it are left out.
func hangUps(in *sysinfo.Site, host, uri string, from netip.Addr) []hangsUp {
	var out []hangsUp
	switch x := in.Extra.(type) {
	case *nginx.Server:
		for _, r := range x.Returns() {
			if r.Code == hangUp && onTheWay(x, r, uri) {
				if h := ofReturn(in.Gateway, r, from); h.Known() {
					out = append(out, h)
				}
			}
		}
	case *haproxy.Section:
		for _, r := range x.Rejects(haproxy.Request{Host: host, Path: uri, From: from}) {
			h := hangsUp{Place: r.Place, sure: r.Sure, always: r.Always}
			h.list, h.nets = x.LetsIn(r.Line)
			out = append(out, h)
		}
	default:
		if in.Gateway.Kind == "caddy" && in.Where.Line > 0 {
			for _, at := range linesOf(in.Gateway.Root, in.Where.File, in.Where.Line, caddyAborts, true) {
				if h := ofAbort(in, at, uri, from); h.Known() {
					out = append(out, h)
				}
			}
		}
	}
	return out
}

// onTheWay says that a return stands where a page's request comes by: in the server itself, or in its location.
func onTheWay(srv *nginx.Server, r nginx.Return, uri string) bool {
	in := r.Block
	if in.Name == "if" {
		in = in.Up
	}
	its, sure := srv.Locate(uri)
	return in == srv.Block || !sure || its != nil && its.Block == in
}

// ofReturn judges a "return 444": without a condition, or under one that a geo block decides by who connects. The zero one is not taken.
func ofReturn(g *sysinfo.Gateway, r nginx.Return, from netip.Addr) hangsUp {
	h := hangsUp{Place: r.Place}
	if r.Block.Name != "if" {
		h.sure, h.always = true, true
		return h
	}
	cond := conditionOf(r.Block)
	n := nginxOf(g)
	if n == nil || len(cond) == 0 {
		return h
	}
	geo := n.Config.Variable(cond[0])
	if geo == nil || geo.Name != "geo" || len(geo.Args) != 1 { // by another address: geo $of $variable
		return h
	}
	value, known := geoValue(geo, from)
	switch {
	case !known:
		return h
	case !meets(value, cond[1:]):
		return hangsUp{}
	}
	h.sure, h.list = true, geo.Place
	for _, d := range geo.Directives {
		if conf.IsNet(d.Name) && !meets(d.Args[0], cond[1:]) && alone(configLine(g.Root, d.Place())) {
			h.list, h.add = d.Place(), from.String()+" "+d.Args[0]+";"
			break
		}
	}
	return h
}

// geoValue is what a geo block gives for an address: the longest network that holds it, else the default (ngx_http_geo_module). It is not known where the
// block does more.
func geoValue(geo *nginx.Block, from netip.Addr) (value string, known bool) {
	longest := -1
	for _, d := range geo.Directives {
		if len(d.Args) != 1 || d.Name == "include" || d.Name == "proxy" {
			return "", false
		}
		if p, err := netip.ParsePrefix(d.Name); err == nil && p.Bits() > longest && p.Contains(from) {
			value, longest = d.Args[0], p.Bits()
		} else if a, err := netip.ParseAddr(d.Name); err == nil && a == from {
			value, longest = d.Args[0], a.BitLen()
		} else if d.Name == "default" && longest < 0 {
			value = d.Args[0]
		}
	}
	return value, true
}

var (
	caddyAborts  = whenAsked(`^abort(\s|$)`)
	caddyMatches = whenAsked(`^@\S+\s`)
)

// ofAbort judges Caddy's abort: for all, or for whom a matcher about who connects names (remote_ip).
func ofAbort(in *sysinfo.Site, at sysinfo.Place, uri string, from netip.Addr) hangsUp {
	root, h := in.Gateway.Root, hangsUp{Place: at}
	w := strings.Fields(configLine(root, at))
	switch {
	case len(w) == 1 || w[1] == "*":
		h.sure, h.always = true, true
		return h
	case strings.HasPrefix(w[1], "/"):
		if head, star := strings.CutSuffix(w[1], "*"); uri != w[1] && !(star && strings.HasPrefix(uri, head)) {
			return hangsUp{}
		}
		h.sure = true
		return h
	}
	for _, def := range linesOf(root, in.Where.File, in.Where.Line, caddyMatches, true) {
		m := strings.Fields(configLine(root, def))
		if m[0] != w[1] || len(m) < 3 {
			continue
		}
		not := m[1] == "not"
		if not {
			m = m[1:]
		}
		if nets := m[2:]; m[1] == "remote_ip" && len(nets) > 0 && conf.AllNets(nets) {
			if conf.AnyNet(nets, from) == not {
				return hangsUp{}
			}
			h.sure = true
			if not {
				h.list, h.nets = def, nets
			}
		}
	}
	return h
}
