package apache

import (
	"strconv"
	"strings"
	"time"
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

// collectWorkers reads the <Proxy> sections of a server.
func (s *Server) collectWorkers() {
	c, in := s.config, s.Section
	for _, sec := range in.Inner("Proxy") {
		url := ""
		if len(sec.Args) > 0 {
			url = strings.TrimRight(sec.Args[0], "/")
		}
		name, isBalancer := cutFold(url, "balancer://")
		if !isBalancer {
			s.workers = append(s.workers, &Worker{url, sec.Place, c.sets(sec), parseTarget(url)})
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

// Setting is one value with the line that says so; a zero Place means httpd's default.
type Setting struct {
	Name, Value string
	Place       Place
}

// Set says that a line says it.
func (s Setting) Set() bool { return s.Place.File != "" }

// Param is a worker's parameter: of the line that names the address, else of <Proxy> with that address.
func (p *Pass) Param(t Target, key string) Setting {
	for _, set := range t.params {
		if set.key == key {
			return Setting{key + "=", set.value, set.place}
		}
	}
	url := strings.TrimRight(t.URL, "/")
	for w := range p.Server.allWorkers() {
		if w.URL != "" && (strings.EqualFold(w.URL, url) || t.Network == "unix" && strings.EqualFold(w.URL, t.Scheme+"://"+t.Name) || strings.HasPrefix(url, w.URL+"/") || t.Network == "unix" && strings.HasPrefix(w.URL, "unix:") && strings.EqualFold(w.target.Path, t.Path)) {
			for _, set := range w.params {
				if set.key == key {
					return Setting{key + "=", set.value, set.place}
				}
			}
		}
	}
	return Setting{Name: key + "="}
}

// usual is httpd's own Timeout.
const usual = 60 * time.Second

// ReadTimeout is how long httpd waits for the far end: timeout= of the worker, ProxyTimeout, Timeout.
func (p *Pass) ReadTimeout(t Target) (time.Duration, Setting) {
	if set := p.Param(t, "timeout"); set.Set() {
		if d, ok := duration(set.Value, time.Second); ok {
			return d, set
		}
	}
	for _, name := range []string{"ProxyTimeout", "Timeout"} {
		if d := p.Server.Get(name); d != nil {
			if v, ok := duration(d.Arg(0), time.Second); ok {
				return v, Setting{name, d.Arg(0), d.Place}
			}
		}
	}
	return usual, Setting{Name: "ProxyTimeout"}
}

// ConnectTimeout is how long a connection may take to stand.
func (p *Pass) ConnectTimeout(t Target) (time.Duration, Setting) {
	if set := p.Param(t, "connectiontimeout"); set.Set() {
		if d, ok := duration(set.Value, time.Second); ok {
			return d, set
		}
	}
	return p.ReadTimeout(t)
}

// FieldSize is how many bytes a line of a response's head may have (mod_proxy.c, set_worker_param; HUGE_STRING_LEN).
func (p *Pass) FieldSize(t Target) int {
	const usual = 8192
	n, err := strconv.Atoi(p.Param(t, "responsefieldsize").Value)
	if err != nil || n <= 0 {
		return usual
	}
	return n
}

// Param is a parameter of the balancer itself.
func (b *Balancer) Param(key string) Setting {
	for _, set := range b.params {
		if set.key == key {
			return Setting{key + "=", set.value, set.place}
		}
	}
	return Setting{Name: key + "="}
}
