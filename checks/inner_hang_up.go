package checks

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/conf"
	"fix502/sysinfo/haproxy"
	"fix502/sysinfo/nginx"
)

// hangsUp is a line by which a gateway ends a connection without a word.
type hangsUp struct {
	sysinfo.Place
	sure   bool          // it is known to be taken
	always bool          // it has no condition
	list   sysinfo.Place // where those stand whom it does not meet
	nets   []string      // they, where that one list decides and it has its rule's line or one of its own; nil else
	add    string        // a line below list that lets the gateway in, where the list has a line for each
}

// innerHangsUp: the gateway behind a hop hangs up on this one by a rule of its own. Whatever fails behind it, it would say so with a 502; so where it closes
// without a word and has such a rule, that is it.
func innerHangsUp(ctx context.Context, f *sysinfo.Facts, l *live, uri string) *Finding {
	in := f.Inner(ctx, l.Hop)
	if in == nil {
		return nil
	}
	from := packetOf(l).from
	page, _, _ := strings.Cut(cmp.Or(uri, "/"), "?")
	rules := hangUps(in, l.asked(), page, from)
	if i := slices.IndexFunc(rules, func(h hangsUp) bool { return h.sure }); i >= 0 {
		rules = rules[i : i+1]
	}
	if len(rules) != 1 {
		return nil
	}
	r, root := rules[0], in.Gateway.Root
	found := &Finding{Confidence: 0.8, Where: r.Place, Evidence: []Evidence{lineOf(root, r.Place), passLine(l)},
		Summary: fmt.Sprintf("%s at %s hangs up by a rule of its own: %s at %s", in.Gateway.Title(), l.Address(), configLine(root, r.Place), r.Place)}
	if r.sure {
		found.Confidence = 0.95
	}
	if r.list.Known() && r.list != r.Place {
		found.Evidence = append(found.Evidence, lineOf(root, r.list))
	}
	x := Fix{Title: "Let " + l.From + " in", Risk: Medium}
	meantFor := fmt.Sprintf("Everybody who comes through %s is %s to that rule. If it is to keep strangers out, put it into %s, which sees who really comes", l.From, from, l.From)
	switch line := configLine(root, r.list); {
	case r.sure && r.always && wholeLine(in.Gateway.Kind, configLine(root, r.Place)):
		x = Fix{Title: "Take the rule out", Risk: Medium, Undo: setLine(root, r.Place, configLine(root, r.Place))}.
			Tell("The rule has no condition: it keeps everybody out. See that nobody put it there on purpose").Do("Take it out", "%s", commentOut(root, r.Place))
	case r.sure && r.add != "":
		x.Undo = removeBelow(root, r.list, 1)
		x = x.Tell("%s", meantFor).Do("Let "+from.String()+" in there", "%s", insertAfter(root, r.list, r.add))
	case r.sure && len(r.nets) > 0 && strings.Count(line, strings.Join(r.nets, " ")) == 1:
		was := strings.Join(r.nets, " ")
		x.Undo = setLine(root, r.list, line)
		x = x.Tell("%s", meantFor).Do("Let "+from.String()+" in there", "%s", replace(root, r.list, was, was+" "+from.String()))
	default:
		found.Fix = x.Tell("%s", meantFor).Tell("See whether the rule at %s is meant to meet these requests; it should not meet %s", r.Place, from)
		return found
	}
	found.Fix = reload(ctx, f, in.Gateway, x)
	return found
}

// wholeLine says that a line of a gateway's configuration is one rule and nothing else.
func wholeLine(kind, line string) bool { return kind != "nginx" || alone(line) }

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
		if nets := m[2:]; m[1] == "remote_ip" && len(nets) > 0 && !slices.ContainsFunc(nets, func(n string) bool { return !conf.IsNet(n) }) {
			if slices.ContainsFunc(nets, func(n string) bool { return conf.InNet(n, from) }) == not {
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
