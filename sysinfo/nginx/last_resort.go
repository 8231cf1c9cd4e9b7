package nginx

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
