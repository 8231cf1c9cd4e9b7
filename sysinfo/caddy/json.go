package caddy

import (
	"encoding/json"
	"maps"
	"slices"
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
		Logging struct {
			Logs map[string]struct {
				Writer struct {
					Output string `json:"output"`
					File   string `json:"filename"`
				} `json:"writer"`
			} `json:"logs"`
		} `json:"logging"`
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
		Root      string      `json:"root"`
		Routes    []jsonRoute `json:"routes"`
		Upstreams []struct {
			Dial string `json:"dial"`
		} `json:"upstreams"`
		Dynamic struct {
			Source string `json:"source"`
		} `json:"dynamic_upstreams"`
		Balancing struct {
			Policy struct {
				Name string `json:"policy"`
			} `json:"selection_policy"`
			Retries int `json:"retries"`
			Try     any `json:"try_duration"`
		} `json:"load_balancing"`
		Transport jsonTransport `json:"transport"`
		Checks    struct {
			Active struct {
				URI  string `json:"uri"`
				Path string `json:"path"` // its older name
				Port int    `json:"port"`
			} `json:"active"`
			Passive struct {
				Fails any `json:"fail_duration"`
				Slow  any `json:"unhealthy_latency"`
			} `json:"passive"`
		} `json:"health_checks"`
	}
	jsonTransport struct {
		Protocol string   `json:"protocol"`
		TLS      *jsonTLS `json:"tls"`
		Dial     any      `json:"dial_timeout"`
		Header   any      `json:"response_header_timeout"`
		Read     any      `json:"read_timeout"`
		Versions []string `json:"versions"`
	}
	jsonTLS struct {
		Insecure bool     `json:"insecure_skip_verify"`
		Name     string   `json:"server_name"`
		CAs      []string `json:"root_ca_pem_files"`
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
	for _, l := range c.Logging.Logs {
		switch w := l.Writer; {
		case w.Output == "file" && w.File != "":
			p.config.Logs = append(p.config.Logs, Log{j.at(w.File), w.File})
		case w.Output != "":
			p.config.Logs = append(p.config.Logs, Log{j.at(w.Output), w.Output})
		}
	}
	for _, name := range slices.Sorted(maps.Keys(c.Apps.HTTP.Servers)) {
		srv := c.Apps.HTTP.Servers[name]
		j.routes(srv, srv.Routes, nil, "", 0)
	}
}

// ParseJSON reads a configuration that is in no file, as Caddy's admin API tells it. Its places are those of a file without a line.
func ParseJSON(name string, b []byte) *Config {
	p := &parser{config: &Config{Path: name}}
	p.json(name, b)
	for _, s := range p.config.Sites {
		s.Line = 0
		for _, ps := range s.Passes {
			ps.Line = 0
			for i := range ps.Upstreams {
				ps.Upstreams[i].Line = 0
			}
			for key, v := range ps.Settings {
				v.Line = 0
				ps.Settings[key] = v
			}
		}
	}
	return p.config
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
			switch {
			case h.Handler == "reverse_proxy":
				j.pass(srv, names, matcher, h)
			case h.Handler == "vars" && h.Root != "":
				j.site(srv, names, j.at(h.Root)).Root = h.Root
			case h.Handler == "static_response", h.Handler == "file_server": // its answer is its own, as of respond, redir and file_server
				if s := j.site(srv, names, j.at(j.called(srv, names))); h.Root != "" {
					s.Root = h.Root
				}
			}
			j.routes(srv, h.Routes, names, matcher, depth+1)
		}
	}
}

func (j jsonReader) pass(srv jsonServer, hosts []string, matcher string, h jsonHandler) {
	ps := &Pass{Directive: "reverse_proxy", Matcher: matcher, Settings: h.settings(j)}
	if h.Transport.Protocol == "fastcgi" {
		if ps.Directive = "php_fastcgi"; matcher == "*.php" { // what no file is for becomes index.php before it comes here
			ps.Matcher = ""
		}
	}
	if ps.Matcher != "" {
		ps.When, ps.sorted = []Condition{{Paths: []string{matcher}}}, 1
	}
	for _, u := range h.Upstreams {
		up := upstream(j.at(u.Dial), ps.Directive, u.Dial)
		switch {
		case h.Transport.TLS != nil:
			up.Scheme = "https"
		case slices.Contains(h.Transport.Versions, "h2c"):
			up.Scheme = "h2c"
		}
		ps.Upstreams, ps.Place = append(ps.Upstreams, up), up.Place
	}
	s := j.site(srv, hosts, ps.Place)
	s.Passes = append(s.Passes, ps)
}

// called is the word that a site is known by: its first name, or where its server listens.
func (j jsonReader) called(srv jsonServer, hosts []string) string {
	return append(slices.Concat(hosts, srv.Listen), "listen")[0]
}

// site is the one that a server's routes have for some names: all routes of a name are one site.
func (j jsonReader) site(srv jsonServer, hosts []string, at Place) *Site {
	s := &Site{Place: at}
	for _, listen := range srv.Listen {
		at, port, _ := cutPort(listen)
		if at != "" && !slices.Contains(s.Binds, at) {
			s.Binds = append(s.Binds, at)
		}
		for _, host := range append(hosts[:len(hosts):len(hosts)], "")[:max(1, len(hosts))] {
			s.Addresses = append(s.Addresses, Address{Host: host, Port: port})
		}
	}
	for _, known := range j.config.Sites {
		if slices.Equal(known.Addresses, s.Addresses) && slices.Equal(known.Binds, s.Binds) {
			return known
		}
	}
	j.config.Sites = append(j.config.Sites, s)
	return s
}
