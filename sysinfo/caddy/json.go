package caddy

import (
	"encoding/json"
	"strings"

	"fix502/sysinfo/conf"
)

// The parts of Caddy's own JSON that tell where requests go (caddyserver.com/docs/json).
type (
	jsonConfig struct {
		Admin struct {
			Listen   string `json:"listen"`
			Disabled bool   `json:"disabled"`
		} `json:"admin"`
		Apps struct {
			HTTP struct {
				Servers map[string]jsonServer `json:"servers"`
			} `json:"http"`
		} `json:"apps"`
	}
	jsonServer struct {
		Listen []string    `json:"listen"`
		Routes []jsonRoute `json:"routes"`
	}
	jsonRoute struct {
		Match []struct {
			Host []string `json:"host"`
			Path []string `json:"path"`
		} `json:"match"`
		Handle []jsonHandler `json:"handle"`
	}
	jsonHandler struct {
		Handler   string      `json:"handler"`
		Routes    []jsonRoute `json:"routes"`
		Upstreams []struct {
			Dial string `json:"dial"`
		} `json:"upstreams"`
		Transport struct {
			Protocol string           `json:"protocol"`
			TLS      *json.RawMessage `json:"tls"`
			Dial     any              `json:"dial_timeout"`
		} `json:"transport"`
	}
)

// json reads a JSON configuration. Its places are the lines on which an address stands.
func (p *parser) json(name string, b []byte) {
	var c jsonConfig
	if err := json.Unmarshal(b, &c); err != nil {
		p.config.Problems.Add(conf.At(name, 1), "no JSON that Caddy would take: "+err.Error(), err)
		return
	}
	if c.Admin.Listen != "" {
		p.config.Admin = c.Admin.Listen
	}
	if c.Admin.Disabled {
		p.config.Admin = "off"
	}
	j := jsonReader{p, name, strings.Split(string(b), "\n")}
	for _, srv := range c.Apps.HTTP.Servers {
		j.routes(srv, srv.Routes, nil, "", 0)
	}
}

type jsonReader struct {
	*parser
	name  string
	lines []string
}

func (j jsonReader) at(text string) Place {
	for i, l := range j.lines {
		if strings.Contains(l, `"`+text+`"`) {
			return conf.At(j.name, i+1)
		}
	}
	return conf.At(j.name, 1)
}

func (j jsonReader) routes(srv jsonServer, routes []jsonRoute, hosts []string, path string, depth int) {
	if depth > maxDepth {
		return
	}
	for _, r := range routes {
		names, matcher := hosts, path
		for _, m := range r.Match {
			names = append(names[:len(names):len(names)], m.Host...)
			if len(m.Path) > 0 {
				matcher = m.Path[0]
			}
		}
		for _, h := range r.Handle {
			if h.Handler == "reverse_proxy" {
				j.pass(srv, names, matcher, h)
			}
			j.routes(srv, h.Routes, names, matcher, depth+1)
		}
	}
}

func (j jsonReader) pass(srv jsonServer, hosts []string, matcher string, h jsonHandler) {
	ps := &Pass{Directive: "reverse_proxy", Matcher: matcher, Settings: map[string]Value{}}
	if h.Transport.Protocol == "fastcgi" {
		ps.Directive = "php_fastcgi"
	}
	if matcher != "" {
		ps.When, ps.sorted = []Condition{{Paths: []string{matcher}}}, 1
	}
	for _, u := range h.Upstreams {
		up := upstream(j.at(u.Dial), ps.Directive, u.Dial)
		if h.Transport.TLS != nil {
			up.Scheme = "https"
		}
		ps.Upstreams, ps.Place = append(ps.Upstreams, up), up.Place
	}
	s := &Site{Place: ps.Place, Passes: []*Pass{ps}}
	for _, listen := range srv.Listen {
		_, port, _ := cutPort(listen)
		for _, host := range append(hosts[:len(hosts):len(hosts)], "")[:max(1, len(hosts))] {
			s.Addresses = append(s.Addresses, Address{Host: host, Port: port})
		}
	}
	j.config.Sites = append(j.config.Sites, s)
}
