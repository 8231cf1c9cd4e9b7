package apache

import (
	"strings"
	"time"
)

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
	for _, w := range p.Server.config.workers {
		if w.URL != "" && (strings.EqualFold(w.URL, url) || strings.HasPrefix(url, w.URL+"/") || t.Network == "unix" && strings.HasPrefix(w.URL, "unix:") && strings.EqualFold(parseTarget(w.URL).Path, t.Path)) {
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

// Param is a parameter of the balancer itself.
func (b *Balancer) Param(key string) Setting {
	for _, set := range b.params {
		if set.key == key {
			return Setting{key + "=", set.value, set.place}
		}
	}
	return Setting{Name: key + "="}
}
