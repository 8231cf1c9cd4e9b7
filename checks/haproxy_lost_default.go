package checks

import (
	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
)

// serving are the backends of a HAProxy that have a server and speak as a frontend does, and the one of them that no frontend sends anybody to: whose default_backend line was lost. None is
// spare where a rule makes the name of its backend out of the request, or where two are.
func serving(s *sysinfo.Site, front *haproxy.Section) (all []string, spare string) {
	h, ok := s.Gateway.Extra.(*sysinfo.HAProxy)
	if !ok {
		return nil, ""
	}
	used, known := map[string]bool{}, true
	for _, p := range h.Config.Proxies("frontend", "listen") {
		for _, r := range p.Rules() {
			used[r.Backend] = true
			known = known && r.Backend != ""
		}
	}
	var unused []string
	for _, b := range h.Config.Proxies("backend") {
		if len(b.Servers()) == 0 || b.Disabled() || b.Mode() != front.Mode() {
			continue
		}
		if all = append(all, b.Name); !used[b.Name] {
			unused = append(unused, b.Name)
		}
	}
	if !known || len(unused) != 1 {
		return all, ""
	}
	return all, unused[0]
}

// lostDefault is where a frontend's default_backend is to be written: below its last line of a rule, or below its first line.
func lostDefault(front *haproxy.Section) sysinfo.Place {
	at := front.Place
	for _, l := range front.Lines {
		if l.Place.File == at.File && l.Is("use_backend") {
			at = l.Place
		}
	}
	return at
}
