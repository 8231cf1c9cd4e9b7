package caddy

import (
	"slices"
	"strings"
)

// maxHosts is how many names one site block may tell apart.
const maxHosts = 200

// Hosts are the names that a block for a wildcard, or for any name, tells apart by its matchers: "@api host api.test".
func (s *Site) Hosts() []string {
	if !slices.ContainsFunc(s.Addresses, func(a Address) bool { return a.Host == "" || strings.Contains(a.Host, "*") }) {
		return nil
	}
	var out []string
	for _, p := range s.Passes {
		for _, c := range p.conditions(p.Upstreams...) {
			for _, h := range c.Hosts {
				if !strings.ContainsAny(h, "*{") && !slices.Contains(out, h) && len(out) < maxHosts {
					out = append(out, h)
				}
			}
		}
	}
	return out
}

// conditions are a pass's own and those by which its upstreams are chosen.
func (p *Pass) conditions(upstreams ...Upstream) []Condition {
	out := slices.Clone(p.When)
	for _, u := range upstreams {
		out = append(out, u.When)
	}
	return out
}

// Serves says that an upstream of a pass may get requests for a host; empty stands for all that no matcher names.
func (p *Pass) Serves(u Upstream, host string) bool {
	return !slices.ContainsFunc(p.conditions(u), func(c Condition) bool {
		return len(c.Hosts) > 0 && !slices.ContainsFunc(c.Hosts, func(h string) bool {
			return host != "" && hostFits(h, host) || host == "" && strings.Contains(h, "*")
		})
	})
}
