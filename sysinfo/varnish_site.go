package sysinfo

import "slices"

// alsoFor gives the site for all others what the VCL does for one of them: a pattern may stand for many names, and has a site for one alone.
func alsoFor(s *Site, host string) {
	v := s.Extra.(*Varnish)
	reach := v.Config.Reach(host)
	for _, b := range v.Config.Backends {
		if b.Used && reach[b.Name] && !slices.ContainsFunc(s.Hops, func(h *Hop) bool { return h.Block == b.Name }) {
			s.Hops = append(s.Hops, varnishHop(s, b))
		}
	}
}

// varnishSite is what the VCL does for one of the names that it tells apart; without a name, for all others.
func varnishSite(g *Gateway, v *Varnish, listen []Listen, ports []int, host string, reach map[string]bool) *Site {
	s := &Site{Gateway: g, Name: nameOf(nil, ports), Where: Place{File: v.Config.Path, Line: 0}, Listen: listen, Extra: v}
	if host != "" {
		s.Name, s.Names = host, []string{host}
	}
	for _, b := range v.Config.Backends {
		if b.Used && reach[b.Name] {
			s.Hops = append(s.Hops, varnishHop(s, b))
		}
	}
	return s
}
