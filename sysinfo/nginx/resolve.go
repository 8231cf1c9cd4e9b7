package nginx

import "strings"

// maxTargets is where a pass with that many addresses has been told well enough.
const maxTargets = 10000

// Targets are all addresses the pass may reach, as far as the files say. A variable that cannot be followed
// makes one Target with Unknown set; nothing is invented for it.
func (p *Pass) Targets() []Target {
	c := p.Server.config
	if !strings.Contains(p.Value, "$") {
		return c.targets(p, p.Value, p.Place)
	}
	f := &follower{config: c, server: p.Server, left: maxSteps}
	values, sure := f.expand(p.Block, addressPart(p.Family, p.Value), p.Place, 0)
	var all []Target
	for _, v := range values {
		if len(all) > maxTargets {
			break
		}
		for _, t := range c.targets(p, v.text, v.place) {
			t.Variable = t.Variable || !sure || len(values) > 1
			t.AtRun = t.Network == "tcp" && t.Upstream == nil && !t.IsIP()
			all = append(all, t)
		}
	}
	return all
}

// targets reads one value of a pass, which may still hold variables.
func (c *Config) targets(p *Pass, value string, place Place) []Target {
	value = addressPart(p.Family, value)
	if at := strings.IndexByte(value, '$'); at >= 0 {
		name, _ := variable(value[at:])
		return []Target{{Variable: true, Unknown: "$" + name, Place: place}}
	}
	scheme, rest := splitScheme(p.Family, value)
	if scheme == "" {
		return []Target{{Place: place, Unknown: value, Fault: "invalid URL prefix"}}
	}
	t := parseTarget(rest, defaultPort(scheme), p.Family == "proxy")
	t.Place, t.Scheme = place, scheme
	u := c.Upstream(t.Host)
	if u == nil || t.Network != "tcp" || t.explicit {
		return []Target{t}
	}
	var all []Target
	for i := range u.Peers {
		t := u.Peers[i].Target
		t.Upstream, t.Peer, t.Scheme = u, &u.Peers[i], scheme
		all = append(all, t)
	}
	return all
}

// SchemeSet is the one line that gives a scheme to the variable before a pass's "://", as panels write it: set $forward_scheme https. Of a map
// it is the line of one value, not the default, which is everybody's.
func (p *Pass) SchemeSet(scheme string) (at Place, ok bool) {
	name, size := variable(p.Value + " ")
	if !strings.HasPrefix(p.Value, "$") || !strings.HasPrefix(p.Value[size:], "://") {
		return Place{}, false
	}
	f := &follower{config: p.Server.config, server: p.Server, left: maxSteps}
	if all, _ := f.sets(p.Block, name, 0); len(all) > 0 {
		return all[0].place, len(all) == 1 && all[0].text == scheme
	}
	m, lines := p.Server.config.variables["$"+name], 0
	if m == nil || m.Name != "map" {
		return Place{}, false
	}
	for _, d := range m.Directives {
		if len(d.Args) == 1 && d.Args[0] == scheme {
			at, ok = d.Place(), d.Name != "default"
			lines++
		}
	}
	return at, ok && lines == 1
}

// addressPart cuts the URI off a value, so that a variable there keeps nothing in the dark.
func addressPart(family, value string) string {
	start := 0
	if at := strings.Index(value, "://"); at >= 0 && !strings.EqualFold(value[:at], "unix") {
		start = at + len("://")
	}
	if path, ok := cutFold(value[start:], "unix:"); ok {
		if end := strings.IndexByte(path, ':'); end >= 0 && family == "proxy" {
			return value[:len(value)-len(path)+end]
		}
		return value
	}
	for i := start; i < len(value); i++ {
		switch value[i] {
		case '/', '?', '#':
			return value[:i]
		case '$':
			name, size := variable(value[i:])
			if i > start && leadsURI(name) {
				return value[:i]
			}
			i += size - 1
		}
	}
	return value
}

// leadsURI says whether a variable's value starts with / or ? or is empty, so that the host ends before it.
func leadsURI(name string) bool {
	return name == "request_uri" || name == "uri" || name == "document_uri" || name == "is_args"
}
