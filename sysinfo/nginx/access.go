package nginx

import (
	"net/netip"
	"strings"

	"fix502/sysinfo/conf"
)

// TurnsAway is the line of allow and deny that turns an address away from a path with a 403; the zero Place where none does. The first that
// fits decides, of the nearest level that has any (ngx_http_access_module.c). A password may let in who is turned away ("satisfy any"), and with
// real_ip the address that counts is the one in a header: of both nothing is said.
func (s *Server) TurnsAway(uri string, from netip.Addr) Place {
	uri, _, _ = strings.Cut(uri, "?")
	b := s.Block
	if loc, sure := s.Locate(uri); loc != nil && sure {
		b = loc.Block
	} else if !sure {
		return Place{}
	}
	if b.Get("satisfy").Value() == "any" {
		return Place{}
	}
	for _, set := range b.All("set_real_ip_from") {
		if covers(set.Value(), from) {
			return Place{}
		}
	}
	for ; b != nil; b = b.Up {
		ruled := false
		for _, d := range b.Directives {
			if d.Name != "allow" && d.Name != "deny" || len(d.Args) == 0 {
				continue
			}
			ruled = true
			switch {
			case !covers(d.Args[0], from):
			case d.Name == "deny":
				return d.Place()
			default:
				return Place{}
			}
		}
		if ruled {
			break
		}
	}
	return Place{}
}

// covers says that an address is meant by a word of allow and deny: all, an address, a network.
func covers(word string, a netip.Addr) bool { return word == "all" || conf.InNet(word, a) }
