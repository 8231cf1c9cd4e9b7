package nginx

import (
	"path"
	"strings"
)

// Route is where a GET for a path ends.
type Route struct {
	Pass     *Pass     // nil: nginx answers by itself
	Location *Location // the last one it was in; nil: the server
	URI      string    // as rewritten
	Script   string    // the file that SCRIPT_FILENAME tells Pass of; empty: not told, or not known
	Code     int       // the status of a return, a redirect or a missing file; 0 otherwise
	Place    Place     // of the line that answered with Code
	Sure     bool      // false when it hangs on something files do not tell: a header, a cookie, a Lua block
}

// maxHops is how often nginx itself goes to another location before it answers 500.
const maxHops = 10

// PassFor is the pass that a GET for uri reaches, nil when nginx answers by itself; it says whether that is sure.
// exists is asked for files ("/var/www/index.php") and, with a slash at the end, for folders. Without it every
// folder is taken to be there, every script and index file too, and nothing else.
func (s *Server) PassFor(uri string, exists func(path string) bool) (*Pass, bool) {
	r := s.Route(uri, exists)
	return r.Pass, r.Sure
}

// Route follows a GET through rewrite, return, try_files, index and error_page.
func (s *Server) Route(uri string, exists func(path string) bool) Route {
	if exists == nil {
		exists = likely
	}
	r := &request{server: s, exists: exists, sure: true, asked: uri, block: s.Block, vars: map[string]string{}}
	if h := s.hosts(); len(h) == 1 { // whoever asks for another name asks another server
		r.vars["host"], r.vars["http_host"], r.vars["server_name"] = h[0].text, h[0].text, h[0].text
	}
	r.uri, r.args, _ = strings.Cut(uri, "?")
	r.uri = clean(r.uri)
	next := r.rewrite(s.Block)
	if next == answered {
		next = r.fail(s.Block)
	}
	for ; next != finished && r.hops <= maxHops; r.hops++ {
		if next == search {
			r.locate()
		}
		next = r.serve()
	}
	r.route.Location, r.route.URI, r.route.Sure = r.location, r.uri, r.sure && r.hops <= maxHops
	return r.route
}

// request is one GET on its way.
type request struct {
	server   *Server
	exists   func(string) bool
	uri      string
	args     string
	asked    string // as it came in
	location *Location
	block    *Block // whose settings hold: the location's, or an if's in it
	captures []string
	vars     map[string]string
	hops     int
	failed   bool // an error_page was followed; the next one is not (recursive_error_pages off)
	sure     bool
	route    Route
}

// step is what comes next for a request.
type step int

const (
	search   step = iota // find a location for the uri
	jump                 // the location is chosen: a named one
	goOn                 // next phase in this location
	stay                 // the same, and a changed path does not look for another location: break
	answered             // a status was set; error_page may still take it
	finished
)

func (r *request) locate() {
	l, sure := r.server.Locate(r.uri)
	r.sure = r.sure && sure
	r.location = l
	if l != nil && l.isRegex() {
		r.capture(l.Modifier == "~*", l.Pattern)
	}
}

// serve takes the request through the phases of one location.
func (r *request) serve() step {
	r.block = r.server.Block
	if r.location != nil {
		r.block = r.location.Block
		if r.hops == 0 && len(r.block.Own("internal")) > 0 {
			return r.status(404, r.block.Place)
		}
	}
	next := goOn
	if r.location != nil { // the server's own ran before it was looked for (ngx_http_rewrite_handler: "skipping location rewrite phase")
		next = r.rewrite(r.block)
	}
	if next == goOn {
		next = r.tryFiles()
	}
	if next == goOn {
		next = r.content()
	}
	if next == answered {
		return r.fail(r.block)
	}
	return next
}

// status answers with a code, which error_page may turn into something else.
func (r *request) status(code int, p Place) step {
	r.route.Code, r.route.Place = code, p
	if code < 400 {
		return finished
	}
	return r.fail(r.block)
}

// capture keeps what a matching expression caught, as $1 and by name.
func (r *request) capture(anyCase bool, pattern string) bool {
	re, ok := compile(anyCase, pattern)
	if !ok {
		return false
	}
	m := re.FindStringSubmatch(r.uri)
	if m == nil {
		return false
	}
	r.captures = m
	for i, name := range re.SubexpNames() {
		if name != "" {
			r.vars[name] = m[i]
		}
	}
	return true
}

// likely is what a site has when nobody can look.
func likely(name string) bool {
	base := path.Base(name)
	return strings.HasSuffix(name, "/") || strings.HasPrefix(base, "index.") || strings.HasSuffix(base, ".php")
}

// clean merges slashes and resolves dots, keeping one slash at the end.
func clean(uri string) string {
	c := path.Clean("/" + uri)
	if strings.HasSuffix(uri, "/") && c != "/" {
		c += "/"
	}
	return c
}
