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
	b := s.blockOf(uri)
	if b == nil || b.Get("satisfy").Value() == "any" {
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

// TurnsAllAway says that the rules of a page let nobody in.
func (s *Server) TurnsAllAway(uri string) bool {
	for b := s.blockOf(uri); b != nil; b = b.Up {
		if len(b.All("allow")) > 0 {
			return false
		}
		if len(b.All("deny")) > 0 {
			return b.Get("deny").Value() == "all"
		}
	}
	return false
}

// blockOf is the location of a page, or the server where none has it; nil where that is not sure.
func (s *Server) blockOf(uri string) *Block {
	uri, _, _ = strings.Cut(uri, "?")
	loc, sure := s.Locate(uri)
	switch {
	case !sure:
		return nil
	case loc != nil:
		return loc.Block
	}
	return s.Block
}

// covers says that an address is meant by a word of allow and deny: all, an address, a network.
func covers(word string, a netip.Addr) bool { return word == "all" || conf.InNet(word, a) }
