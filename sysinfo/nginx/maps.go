package nginx

import "strings"

// hostKeys are the keys of a map over the host, nil of another block and where some are patterns, or have a port as $http_host has.
func hostKeys(m *Block) map[string]bool {
	if m.Name != "map" || m.Args[0] != "$host" && m.Args[0] != "$http_host" {
		return nil
	}
	keys := map[string]bool{}
	for _, d := range m.Directives {
		if strings.ContainsAny(d.Name, "~*$\\:") || strings.HasPrefix(d.Name, ".") || d.Name == "include" {
			return nil
		}
		keys[strings.ToLower(d.Name)] = true
	}
	return keys
}

// chosen are the keys of a map over the host that requests to this server can meet: its own names', the default where one of them has no
// key, and all that are nobody's names where nginx gives it what no server has by name (those are false). Nil where any key may be: another map, names with a star or a pattern, patterns among the keys.
func (f *follower) chosen(m *Block) map[string]bool {
	keys, names := f.config.hostKeys[m], f.server.hosts()
	if keys == nil || len(names) == 0 || len(names) != len(f.server.Names) {
		return nil
	}
	met := map[string]bool{}
	for _, n := range names {
		if !keys[n.text] {
			n.text = "default"
		}
		if !keys[n.text] { // it gets no value; which one was meant is a guess among all
			return nil
		}
		met[n.text] = true
	}
	for _, on := range f.server.lastResortOf() {
		for key := range keys {
			if on.exact[key] == nil && !met[key] {
				met[key] = false
			}
		}
	}
	return met
}

// mapped are the values of a map, geo or split_clients block; chosen are the keys that count, those of the server's own names first, nil for all.
func (f *follower) mapped(b, m *Block, chosen map[string]bool, depth int) []candidate {
	var all []candidate
	seen := map[string]bool{}
	directives := m.Directives
	if chosen != nil {
		own, others := []*Directive(nil), []*Directive(nil)
		for _, d := range m.Directives {
			switch its, met := chosen[strings.ToLower(d.Name)]; {
			case its:
				own = append(own, d)
			case met:
				others = append(others, d)
			}
		}
		directives = append(own, others...)
	}
	for _, d := range directives {
		if len(d.Args) != 1 || len(all) >= maxValues {
			continue // hostnames; volatile; ranges;
		}
		switch d.Name {
		case "proxy", "delete":
			if m.Name == "geo" {
				continue
			}
		}
		if seen[d.Args[0]] {
			continue
		}
		seen[d.Args[0]] = true
		values, _ := f.expand(b, d.Args[0], d.Place(), depth)
		all = append(all, values...)
	}
	return all
}
