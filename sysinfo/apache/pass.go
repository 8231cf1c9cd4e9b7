package apache

import (
	"regexp"
	"slices"
	"strings"
)

// Pass is one line that hands requests on: ProxyPass, ProxyPassMatch, SetHandler or AddHandler "proxy:…", RewriteRule
// with [P].
type Pass struct {
	*Directive
	Server  *Server
	Path    string         // the URL's beginning, or an expression when Pattern is set; "" for a handler
	Pattern *regexp.Regexp // nil without an expression, or when Go cannot compile it
	Regex   bool
	URL     string   // "http://127.0.0.1:3000/", "unix:/run/a.sock|fcgi://localhost", "balancer://app"; "!" passes nothing on
	Shared  bool     // it stands in the main server and holds in this virtual host too
	Exts    []string // of AddHandler

	params []param
}

// param is one key=value behind an address.
type param struct {
	key, value string
	place      Place
}

// Not says that the pass is an exception: ProxyPass /static !
func (p *Pass) Not() bool { return p.URL == "!" }

// Scheme is what the far end should speak: fcgi, http, https, ajp, uwsgi, scgi, ws, wss, h2, h2c.
func (p *Pass) Scheme() string {
	for _, t := range p.Targets() {
		return t.Scheme
	}
	return ""
}

// collect finds the passes in a section and all within it.
func (s *Server) collect(sec *Section) {
	for _, i := range sec.Items {
		switch {
		case i.Section != nil && i.Section.Is("VirtualHost"):
		case i.Section != nil:
			s.collect(i.Section)
		default:
			if p := s.newPass(i.Directive); p != nil {
				s.Passes = append(s.Passes, p)
			}
		}
	}
}

func (s *Server) newPass(d *Directive) *Pass {
	switch {
	case d.Is("ProxyPass"), d.Is("ProxyPassMatch"):
		return s.proxyPass(d)
	case d.Is("SetHandler"), d.Is("AddHandler"):
		url, ok := cutFold(d.Arg(0), "proxy:")
		if !ok {
			return nil
		}
		p := &Pass{Directive: d, Server: s, URL: url}
		if d.Is("AddHandler") {
			p.Exts = d.Args[1:]
		}
		return p
	}
	return nil
}

// proxyPass reads ProxyPass [path] URL [key=value ...] (mod_proxy.c, add_pass); within a Location the path is its.
func (s *Server) proxyPass(d *Directive) *Pass {
	p := &Pass{Directive: d, Server: s, Regex: d.Is("ProxyPassMatch")}
	args := d.Args
	if loc := location(d.In); loc != nil {
		p.Path, p.Regex = locationPath(loc)
	} else {
		if len(args) > 0 && args[0] == "~" {
			p.Regex, args = true, args[1:]
		}
		if len(args) == 0 {
			return nil
		}
		p.Path, args = args[0], args[1:]
	}
	if len(args) == 0 {
		s.config.problem(d.Place, d.Name+" needs a path when not defined in a location", nil)
		return nil
	}
	p.URL = args[0]
	for _, a := range args[1:] {
		key, value, ok := strings.Cut(a, "=")
		switch {
		case ok:
			p.params = append(p.params, param{strings.ToLower(key), value, s.config.where(d, a)})
		case slices.Contains([]string{"nocanon", "interpolate", "noquery"}, strings.ToLower(a)):
		case strings.HasPrefix(p.URL, "/") && location(d.In) != nil:
			s.config.problem(d.Place, "ProxyPass|ProxyPassMatch can not have a path when defined in a location.", nil)
		default:
			s.config.problem(d.Place, "Invalid ProxyPass|ProxyPassMatch parameter. Parameter must be in the form 'key=value'.", nil)
		}
	}
	if p.Regex {
		p.Pattern = compile(p.Path, false)
	}
	return p
}

// location is the Location or LocationMatch a directive stands in, nil for none.
func location(sec *Section) *Section {
	for ; sec != nil; sec = sec.Up {
		if sec.Is("Location") || sec.Is("LocationMatch") {
			return sec
		}
	}
	return nil
}

// locationPath is a section's path, and whether it is an expression.
func locationPath(sec *Section) (string, bool) {
	regex := sec.Is("LocationMatch") || sec.Is("FilesMatch") || sec.Is("DirectoryMatch")
	if len(sec.Args) > 1 && sec.Args[0] == "~" {
		return sec.Args[1], true
	}
	if len(sec.Args) == 0 {
		return "", regex
	}
	return sec.Args[0], regex
}

// Where says in words for which requests the pass is: <Location /api>, ProxyPass /api, <FilesMatch \.php$>.
func (p *Pass) Where() string {
	if sec := p.In; sec != nil && sec.Name != "" && !sec.Is("VirtualHost") {
		return sec.String()
	}
	if p.Path != "" {
		return p.Name + " " + p.Path
	}
	return "server"
}

func cutFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}
