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
		conditions := slices.Clone(p.When)
		for _, u := range p.Upstreams {
			conditions = append(conditions, u.When)
		}
		for _, c := range conditions {
			for _, h := range c.Hosts {
				if !strings.ContainsAny(h, "*{") && !slices.Contains(out, h) && len(out) < maxHosts {
					out = append(out, h)
				}
			}
		}
	}
	return out
}

// Serves says that an upstream of a pass may get requests for a host; empty stands for all that no matcher names.
func (p *Pass) Serves(u Upstream, host string) bool {
	return !slices.ContainsFunc(append(p.When[:len(p.When):len(p.When)], u.When), func(c Condition) bool {
		return len(c.Hosts) > 0 && !slices.ContainsFunc(c.Hosts, func(h string) bool {
			return host != "" && hostFits(h, host) || host == "" && strings.Contains(h, "*")
		})
	})
}
