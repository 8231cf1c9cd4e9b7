package sysinfo

import (
	"net/netip"
	"strings"

	"fix502/sysinfo/apache"
	"fix502/sysinfo/haproxy"
	"fix502/sysinfo/nginx"
)

// TurnedAway is a line of a gateway's configuration that answers an address with a 403.
type TurnedAway struct {
	Place
	Nets []string // whom Apache's "Require ip" lets in, where that one line alone decides; else nil
	All  bool     // it turns everybody away, whatever his address
}

// TurnsAway is the line by which a site turns an address away from a page; ok is false where it has none, or where more than the address decides.
func (s *Site) TurnsAway(uri string, from netip.Addr) (t TurnedAway, ok bool) {
	switch x := s.Extra.(type) {
	case *nginx.Server:
		at := x.TurnsAway(uri, from)
		return TurnedAway{Place: Place(at), All: at.Known() && x.TurnsAllAway(uri)}, at.Known()
	case *apache.Server:
		a := x.TurnsAway(uri, from, s.Gateway.look())
		if a.Directive == nil {
			return TurnedAway{}, false
		}
		return TurnedAway{Place(a.Place), a.Nets, a.All}, true
	case *haproxy.Section:
		page, _, _ := strings.Cut(uri, "?")
		l, denied := x.Denies(haproxy.Request{Host: s.Name, Path: page, From: from})
		return TurnedAway{Place: Place(l.Place)}, denied
	}
	return TurnedAway{}, false
}

// CDNAsks are addresses from which a content network asks its origins, one of each of its published ranges.
func CDNAsks(name string) []netip.Addr {
	var out []netip.Addr
	for _, r := range cdns() {
		if r.name == name {
			out = append(out, r.of.Addr().Next())
		}
	}
	return out
}

// CDNRanges are the published networks from which a content network asks its origins, of one family.
func CDNRanges(name string, four bool) []netip.Prefix {
	var out []netip.Prefix
	for _, r := range cdns() {
		if r.name == name && r.of.Addr().Is4() == four {
			out = append(out, r.of)
		}
	}
	return out
}
