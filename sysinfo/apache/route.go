package apache

import (
	"path"
	"strings"
)

// Look is how a route sees the machine's files.
type Look struct {
	Exists func(name string) bool // a folder is asked for with a slash at its end
	Agents []string               // what browsers may call themselves: a condition that holds for one and not for the other is not judged
}

// Route is what a server does with a request.
type Route struct {
	Pass *Pass      // where it goes; nil when the server answers itself
	Code int        // what it answers then, 0 when that is not known
	Rule *Directive // the RewriteRule that has it answer so
	File string     // the file it means, when no pass of the URL takes it
	Sure bool       // nothing that only a real request can tell was in the way
}

// maxTurns bounds internal redirects (LimitInternalRecursion is 10).
const maxTurns = 10

// request is one on its way through a server.
type request struct {
	server *Server
	look   Look
	uri    string // without the query
	query  string
	sure   bool
	turns  int
}

// request begins the way of a GET for uri.
func (s *Server) request(uri string, look Look) *request {
	r := &request{server: s, look: look, sure: true}
	r.uri, r.query, _ = strings.Cut(uri, "?")
	return r
}

// Route follows a GET for uri: rewriting comes before ProxyPass of a Location, that before ProxyPass of the server,
// in the order of the file, the main server's first; what is left is a file and its handler.
func (s *Server) Route(uri string, look Look) Route {
	r := s.request(uri, look)
	route := r.go1()
	route.Sure = r.sure
	return route
}

func (r *request) go1() Route {
	if r.turns++; r.turns > maxTurns {
		return Route{Code: 500}
	}
	if route, done := r.rewrite(r.server.Section, r.uri); done {
		return route
	}
	if p := r.proxied(); p != nil {
		return Route{Pass: p}
	}
	return r.file()
}

// proxied is the ProxyPass that takes the request; nil where none does, or where one says that none shall ("!").
func (r *request) proxied() *Pass {
	p := r.byLocation()
	for _, next := range r.server.Passes {
		if p == nil && next.isProxyPass() && location(next.In) == nil && next.takes(r) {
			p = next
		}
	}
	if p == nil || p.Not() {
		return nil
	}
	return p
}

func (p *Pass) isProxyPass() bool { return p.Is("ProxyPass") || p.Is("ProxyPassMatch") }

// byLocation is the ProxyPass of the last Location that fits.
func (r *request) byLocation() *Pass {
	var found *Pass
	for _, p := range r.server.Passes {
		if loc := location(p.In); p.isProxyPass() && loc != nil && r.inLocation(loc) {
			found = p
		}
	}
	return found
}

// takes says whether a ProxyPass of the server is for this request.
func (p *Pass) takes(r *request) bool {
	if !p.Regex {
		return aliasMatch(r.uri, p.Path)
	}
	if p.Pattern == nil {
		r.sure = false
		return false
	}
	return p.Pattern.MatchString(r.uri)
}

// aliasMatch says that uri begins with alias, whole parts of the path compared (alias_match in mod_proxy.c and
// mod_alias.c).
func aliasMatch(uri, alias string) bool {
	if alias == "" {
		return false
	}
	for strings.Contains(uri, "//") {
		uri = strings.ReplaceAll(uri, "//", "/")
	}
	if !strings.HasPrefix(uri, alias) {
		return false
	}
	return strings.HasSuffix(alias, "/") || len(uri) == len(alias) || uri[len(alias)] == '/'
}

// file maps the request to a file and asks for its handler.
func (r *request) file() Route {
	name := r.fileOf(r.uri)
	if route, done := r.perFolder(name); done {
		return route
	}
	switch {
	case r.look.Exists(strings.TrimRight(name, "/") + "/"):
		return r.index(name)
	case r.look.Exists(name) && !strings.HasSuffix(r.uri, "/"):
		return r.handled(name)
	}
	if p := r.handler(name); p != nil { // a handler is asked also for what is not there
		return Route{Pass: p, File: name}
	}
	if d := r.setting("FallbackResource", path.Dir(name)); d != nil && d.Arg(0) != "disabled" && d.Arg(0) != r.uri {
		r.uri = d.Arg(0)
		return r.go1()
	}
	return Route{Code: 404, File: name}
}

func (r *request) handled(name string) Route {
	if p := r.handler(name); p != nil {
		return Route{Pass: p, File: name}
	}
	return Route{Code: 200, File: name}
}

// index looks for the files of DirectoryIndex in a folder; each is asked for as a request of its own, which a ProxyPass may take
// (fixup_dir in mod_dir.c).
func (r *request) index(dir string) Route {
	names := []string{"index.html"}
	if d := r.setting("DirectoryIndex", dir); d != nil {
		names = d.Args
	}
	for _, n := range names {
		if n == "" || strings.HasPrefix(n, "/") {
			continue
		}
		if file := path.Join(dir, n); r.look.Exists(file) {
			r.uri = strings.TrimRight(r.uri, "/") + "/" + n
			if p := r.proxied(); p != nil {
				return Route{Pass: p}
			}
			return r.handled(file)
		}
	}
	if d := r.setting("FallbackResource", dir); d != nil && d.Arg(0) != "disabled" && d.Arg(0) != r.uri {
		r.uri = d.Arg(0)
		return r.go1()
	}
	return Route{Code: 403, File: dir}
}
