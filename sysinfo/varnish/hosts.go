package varnish

import (
	"slices"
	"strings"

	"fix502/sysinfo/conf"
)

// mostHosts is how many names a VCL may tell apart: each is asked of each of its rules. One with more is taken as a whole.
const mostHosts = 500

// Hosts are the names that the rules of the VCL tell apart, each once: those it compares with, and one that each pattern stands for, with the pattern.
func (c *Config) Hosts() (out []string, spelt map[string]string) {
	seen, spelt := map[string]bool{}, map[string]string{}
	for _, ch := range c.choices {
		for _, cond := range ch.under {
			if cond.not {
				continue // it is another rule's own
			}
			for _, term := range slices.Concat(cond.parts...) {
				name, pattern, ok := named(term)
				if !ok {
					continue
				}
				if !seen[name] {
					seen[name], spelt[name] = true, pattern
					out = append(out, name)
				} else if pattern == "" {
					delete(spelt, name) // another rule names it
				}
			}
		}
		if len(out) > mostHosts {
			return nil, nil
		}
	}
	return out, spelt
}

// named is the host that one comparison asks for, and the pattern where it is one of many.
func named(term []word) (name, pattern string, ok bool) {
	if len(term) < 3 || strings.ToLower(term[0].text) != "req.http.host" || term[1].text == "!" {
		return "", "", false
	}
	want := term[len(term)-1]
	if !want.quoted {
		return "", "", false
	}
	if term[1].text == "~" {
		if name, ok = conf.HostLike(want.text); ok && conf.MadeUp(name, want.text) {
			pattern = "~" + want.text
		}
		return name, pattern, ok
	}
	name, _, _ = strings.Cut(want.text, ":")
	return name, "", strings.Contains(name, ".")
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
		may[ch.backend] = true
		members := c.membersOf(ch.backend)
		for _, name := range members {
			may[name] = true
		}
		if !c.backend(ch.backend) && len(members) == 0 { // a director of whom nothing is known may give it to any
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
