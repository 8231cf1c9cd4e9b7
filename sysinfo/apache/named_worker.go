package apache

import (
	"iter"
	"strings"
)

// Worker is <Proxy url>: parameters for an address, wherever it is used.
type Worker struct {
	URL    string
	Place  Place
	params []param
	target Target
}

// allWorkers are those that hold in a server: the main server's stand first (mod_proxy.c, merge_proxy_config).
func (s *Server) allWorkers() iter.Seq[*Worker] {
	return func(yield func(*Worker) bool) {
		for _, of := range []*Server{s.base, s} {
			if of == nil {
				continue
			}
			for _, w := range of.workers {
				if !yield(w) {
					return
				}
			}
		}
	}
}

// socketOf is the socket behind a name that a <Proxy "unix:/path|fcgi://name"> gives to it: a handler may name the worker alone. httpd looks
// among the main server's and the host's own (proxy_util.c, ap_proxy_get_worker_ex).
func (s *Server) socketOf(t Target) Target {
	if t.Network == "unix" {
		return t
	}
	_, rest, _ := strings.Cut(t.URL, "://")
	name, _, _ := strings.Cut(rest, "/")
	for w := range s.allWorkers() {
		behind := w.target
		own, _, _ := strings.Cut(behind.Name, "/")
		if behind.Network == "unix" && behind.Scheme == t.Scheme && strings.EqualFold(own, name) {
			behind.Place, behind.URL, behind.params = w.Place, t.URL, append(append([]param{}, t.params...), w.params...)
			return behind
		}
	}
	return t
}
