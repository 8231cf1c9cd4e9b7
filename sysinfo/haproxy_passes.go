package sysinfo

import (
	"cmp"
	"net/netip"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo/haproxy"
)

func (h *HAProxy) answers(g *Gateway, scheme, addr string, port int, host string) *Site {
	return byListen(g, scheme, addr, port, host)
}

// byListen finds the site of a gateway by the address a request came in on and its host; a site without names takes
// what is left.
func byListen(g *Gateway, scheme, addr string, port int, host string) *Site {
	host, _, _ = strings.Cut(host, ":")
	if port == 0 {
		port = map[string]int{"http": 80, "https": 443}[scheme]
	}
	to, _ := netip.ParseAddr(addr)
	var rest *Site
	for _, s := range g.Sites {
		if !slices.ContainsFunc(s.Listen, func(l Listen) bool {
			own := l.Addr.Addr()
			return l.Unix == "" && int(l.Addr.Port()) == port && (!to.IsValid() || own.IsUnspecified() || own == to)
		}) {
			continue
		}
		if slices.ContainsFunc(s.Names, func(n string) bool { return strings.EqualFold(n, host) || wild(n, host) }) {
			return s
		}
		if rest == nil && len(s.Names) == 0 {
			rest = s
		}
	}
	return rest
}

// wild says that "*.shop.test" stands for host.
func wild(pattern, host string) bool {
	tail, ok := strings.CutPrefix(pattern, "*")
	return ok && len(host) > len(tail) && strings.HasSuffix(strings.ToLower(host), strings.ToLower(tail))
}

func (h *HAProxy) passes(s *Site, uri string) *Hop {
	front, ok := s.Extra.(*haproxy.Section)
	if !ok {
		return nil
	}
	uri = withoutQuery(uri)
	r, _, ok := front.Route(haproxy.Request{Host: s.Name, Path: uri})
	for range maxTiers {
		back := h.Config.Backend(r.Backend)
		if !ok || back == nil {
			break
		}
		inner := h.Config.Inner(back)
		if inner == nil {
			break
		}
		r, _, ok = inner.Route(haproxy.Request{Host: s.Name, Path: uri})
	}
	if !ok {
		return nil
	}
	var spare *Hop
	for _, hop := range s.Hops {
		switch {
		case hop.Block != r.Backend || hop.Down:
		case hop.Backup:
			spare = hop
		default:
			return hop
		}
	}
	return spare
}

func (h *HAProxy) sends(hop *Hop) string {
	name, _ := h.renames(hop)
	return cmp.Or(name, hop.Site.Name)
}

func (h *HAProxy) sample(hop *Hop) []string {
	front, ok := hop.Site.Extra.(*haproxy.Section)
	if !ok {
		return nil
	}
	for _, uri := range append([]string{"/"}, front.Paths()...) {
		if p := h.passes(hop.Site, uri); p != nil && p.Block == hop.Block {
			return []string{path.Clean(uri)}
		}
	}
	return nil
}
