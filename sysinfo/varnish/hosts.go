package varnish

import (
	"slices"
	"strings"

	"fix502/sysinfo/conf"
)

// mostHosts is how many names a VCL may tell apart: each is asked of each of its rules. One with more is taken as a whole.
const mostHosts = 500

// Hosts are the names that the rules of the VCL tell apart, each once: those it compares with, and one that each pattern stands for.
func (c *Config) Hosts() []string {
	var out []string
	seen := map[string]bool{}
	for _, ch := range c.choices {
		for _, cond := range ch.under {
			if cond.not {
				continue // it is another rule's own
			}
			for _, term := range slices.Concat(cond.parts...) {
				if name, ok := named(term); ok && !seen[name] {
					seen[name] = true
					out = append(out, name)
				}
			}
		}
		if len(out) > mostHosts {
			return nil
		}
	}
	return out
}

// named is the host that one comparison asks for.
func named(term []word) (string, bool) {
	if len(term) < 3 || strings.ToLower(term[0].text) != "req.http.host" || term[1].text == "!" {
		return "", false
	}
	want := term[len(term)-1]
	if !want.quoted {
		return "", false
	}
	if term[1].text == "~" {
		return conf.HostLike(want.text)
	}
	name, _, _ := strings.Cut(want.text, ":")
	return name, strings.Contains(name, ".")
}

// Reach are the backends that a request for a host may be given to, whatever page it asks for.
func (c *Config) Reach(host string) map[string]bool {
	may := map[string]bool{c.Default: true}
	for _, ch := range c.choices {
		all := ch.holds(host, "")
		if all == no {
			continue
		}
		if all == yes {
			clear(may)
		}
		if may[ch.backend] = true; !c.backend(ch.backend) { // a director may give it to any
			for _, b := range c.Backends {
				may[b.Name] = true
			}
		}
		if all == yes && ch.final {
			break
		}
	}
	return may
}
