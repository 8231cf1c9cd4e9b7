package apache

import (
	"strings"
)

// Balancer is <Proxy balancer://name>.
type Balancer struct {
	Name    string
	Place   Place
	Members []Member
	params  []param
}

// Member is one BalancerMember.
type Member struct {
	Target
	Spare    bool // status=+R or +H: only used when the others fail
	Disabled bool // status=+D or +S
}

// Worker is <Proxy url>: parameters for an address, wherever it is used.
type Worker struct {
	URL    string
	Place  Place
	params []param
}

// collectWorkers reads the <Proxy> sections of a server.
func (c *Config) collectWorkers(in *Section) {
	for _, sec := range in.Inner("Proxy") {
		url := ""
		if len(sec.Args) > 0 {
			url = strings.TrimRight(sec.Args[0], "/")
		}
		name, isBalancer := cutFold(url, "balancer://")
		if !isBalancer {
			c.workers = append(c.workers, &Worker{url, sec.Place, c.sets(sec)})
			continue
		}
		b := c.balancer(name, sec.Place)
		for _, d := range sec.Own("BalancerMember") {
			b.add(c, d, d.Args)
		}
		b.params = append(b.params, c.sets(sec)...)
	}
	for _, d := range in.Own("BalancerMember") { // outside of <Proxy> the balancer comes first
		if name, ok := cutFold(d.Arg(0), "balancer://"); ok {
			c.balancer(strings.TrimRight(name, "/"), d.Place).add(c, d, d.Args[1:])
		}
	}
}

func (c *Config) balancer(name string, at Place) *Balancer {
	name, _, _ = strings.Cut(strings.ToLower(name), "/")
	b := c.balancers[name]
	if b == nil {
		b = &Balancer{Name: name, Place: at}
		c.balancers[name] = b
	}
	return b
}

// Balancers are all of them, by name.
func (c *Config) Balancers() map[string]*Balancer { return c.balancers }

func (b *Balancer) add(c *Config, d *Directive, args []string) {
	if len(args) == 0 {
		return
	}
	m := Member{Target: parseTarget(args[0])}
	m.Place = c.where(d, m.written())
	for _, a := range args[1:] {
		key, value, ok := strings.Cut(a, "=")
		if !ok {
			continue
		}
		key = strings.ToLower(key)
		m.params = append(m.params, param{key, value, c.where(d, a)})
		if key == "status" && !strings.HasPrefix(value, "-") {
			m.Spare = m.Spare || strings.ContainsAny(value, "HhRr")
			m.Disabled = m.Disabled || strings.ContainsAny(value, "DdSs")
		}
	}
	b.Members = append(b.Members, m)
}

// sets are the ProxySet lines of a section.
func (c *Config) sets(sec *Section) []param {
	var out []param
	for _, d := range sec.Own("ProxySet") {
		for _, a := range d.Args {
			if key, value, ok := strings.Cut(a, "="); ok {
				out = append(out, param{strings.ToLower(key), value, c.where(d, a)})
			}
		}
	}
	return out
}
