package nginx

import "slices"

// lastResort is the server that takes the names which none of them has: the default_server, else the first.
func (on *listeners) lastResort(port int) *Server {
	for _, s := range on.servers {
		for _, l := range s.Listens {
			if l.Default && l.hasPort(port) {
				return s
			}
		}
	}
	return on.servers[0]
}

// lastResortOf are the sockets at which a server takes the names that none has.
func (s *Server) lastResortOf() []*listeners {
	var out []*listeners
	for _, l := range s.Listens {
		on := s.config.onHost(l.Host, l.Port)
		if on != nil && (l.Default || on.servers[0] == s && on.lastResort(l.Port) == s) {
			out = append(out, on)
		}
	}
	return out
}

// Elsewhere says that another server block has a host by name at a socket of this one, and takes its visitors away.
func (s *Server) Elsewhere(host string) bool {
	return slices.ContainsFunc(s.Listens, func(l Listen) bool {
		on := s.config.onHost(l.Host, l.Port)
		return on != nil && on.exact[hostName(host)] != nil && on.exact[hostName(host)] != s
	})
}
