package varnish

import (
	"slices"
	"strings"

	"fix502/sysinfo/conf"
)

// Hosts are the names that the rules of the VCL tell apart, each once: those it compares with, and one that each pattern stands for.
func (c *Config) Hosts() []string {
	var out []string
	for _, ch := range c.choices {
		for _, cond := range ch.under {
			for _, part := range split(cond.words, "|") {
				for _, term := range split(part, "&") {
					if name, ok := named(term); ok && !slices.Contains(out, name) {
						out = append(out, name)
					}
				}
			}
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

// May says that a request for a host may be given to a backend, whatever page it asks for.
func (c *Config) May(host, backend string) bool {
	may := backend == c.Default
	for _, ch := range c.choices {
		all := yes
		for _, cond := range ch.under {
			all = min(all, cond.holds(host, ""))
		}
		own := ch.backend == backend || !c.backend(ch.backend) // a director may give it to any
		switch all {
		case unsure:
			may = may || own
		case yes:
			if may = own; ch.final {
				return may
			}
		}
	}
	return may
}
