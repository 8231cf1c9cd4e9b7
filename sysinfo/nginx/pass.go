package nginx

import (
	"fmt"
	"strings"
)

// Pass is one line that hands requests on: fastcgi_pass, proxy_pass, uwsgi_pass, scgi_pass, grpc_pass, memcached_pass.
type Pass struct {
	Directive   string // "fastcgi_pass"
	Family      string // "fastcgi": what its settings' names start with
	Scheme      string // fastcgi, http, https, uwsgi, suwsgi, scgi, grpc, grpcs, memcached; "" when a variable decides
	Value       string // as written
	Place       Place
	Server      *Server
	Location    *Location // nil in a server or its if
	Block       *Block    // where it stands: the location, or an if or limit_except in it
	Conditional bool      // it stands in an if or a limit_except
}

func (s *Server) newPass(d *Directive, b *Block, in *Location) *Pass {
	family := strings.TrimSuffix(d.Name, "_pass")
	switch family {
	case "fastcgi", "proxy", "uwsgi", "scgi", "grpc", "memcached":
	default:
		return nil
	}
	p := &Pass{Directive: d.Name, Family: family, Place: d.Place(), Server: s, Location: in, Block: b,
		Conditional: b.Name == "if" || b.Name == "limit_except"}
	if len(d.Args) > 0 {
		p.Value = d.Args[0]
	}
	p.Scheme, _ = splitScheme(family, p.Value)
	p.check(s.config)
	return p
}

// check tells what nginx refuses at start. Names that do not resolve are not among it: that is the caller's to ask.
func (p *Pass) check(c *Config) {
	if strings.Contains(p.Value, "$") || p.Value == "" {
		return
	}
	scheme, rest := splitScheme(p.Family, p.Value)
	if scheme == "" {
		c.problem(p.Place, "invalid URL prefix", nil)
		return
	}
	t := parseTarget(rest, defaultPort(scheme), p.Family == "proxy")
	switch u := c.Upstream(t.Host); {
	case t.Fault != "":
		c.problem(p.Place, fmt.Sprintf("%s in upstream %q", t.Fault, rest), nil)
	case u != nil && t.explicit:
		c.problem(p.Place, fmt.Sprintf("upstream %q may not have port %d", t.Host, t.Port), nil)
	case u == nil && t.Network == "tcp" && t.Port == 0:
		c.problem(p.Place, fmt.Sprintf("no port in upstream %q", t.Host), nil)
	}
}

// Get is a setting of the pass's family where the pass stands: Get("read_timeout") of a fastcgi_pass is
// fastcgi_read_timeout.
func (p *Pass) Get(name string) Setting {
	full := p.Family + "_" + name
	return p.Block.Get(full).or(p.fallback(name)...)
}

// All are the settings of a directive that may be repeated: All("param"), All("set_header").
func (p *Pass) All(name string) []Setting { return p.Block.All(p.Family + "_" + name) }

// Param is the value of a fastcgi_param, uwsgi_param or scgi_param: SCRIPT_FILENAME. The last one counts.
func (p *Pass) Param(name string) Setting {
	var found Setting
	for _, s := range p.All("param") {
		if s.arg(0) == name {
			found = Setting{Name: s.Name, Args: s.Args[1:], Place: s.Place, In: s.In}
		}
	}
	return found
}

// Header is the value of a header that nginx sends on, its own Host and Connection among them.
func (p *Pass) Header(name string) Setting {
	for _, s := range p.All("set_header") {
		if strings.EqualFold(s.arg(0), name) {
			return Setting{Name: s.Name, Args: s.Args[1:], Place: s.Place, In: s.In}
		}
	}
	none := Setting{Name: p.Family + "_set_header"}
	switch {
	case p.Family == "proxy" && strings.EqualFold(name, "Host"):
		return none.or("$proxy_host")
	case p.Family == "proxy" && strings.EqualFold(name, "Connection") && !p.built().since(1, 29, 7):
		return none.or("close")
	}
	return none
}

// Resolver is what resolves names at run time; nginx reads neither /etc/resolv.conf nor /etc/hosts for that.
func (p *Pass) Resolver() Setting { return p.Block.Get("resolver") }

// ErrorPages are the error_page lines that hold where the pass stands; with intercept_errors they hide the
// upstream's own.
func (p *Pass) ErrorPages() []Setting { return p.Block.All("error_page") }

// ErrorLogs are where nginx writes what goes wrong with this pass.
func (p *Pass) ErrorLogs() []Log { return p.Server.ErrorLogs(p.Block) }

// AccessLogs are where its requests are written.
func (p *Pass) AccessLogs() []Log { return p.Server.AccessLogs(p.Block) }

// Root is the document root where the pass stands.
func (p *Pass) Root() Setting { return p.Server.Root(p.Block) }

func (p *Pass) built() Build { return p.Server.config.built }
