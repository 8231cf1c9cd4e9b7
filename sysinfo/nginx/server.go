package nginx

import "strings"

// Server is one server block of http. Its settings are asked of the Block: s.Get("client_max_body_size").
type Server struct {
	*Block
	Names     []string // of server_name, in order; none means ""
	Listens   []Listen
	Locations []*Location // the outermost ones, as written
	Passes    []*Pass     // all of them, nested ones too, as written

	config *Config
}

func newServer(c *Config, b *Block) *Server {
	s := &Server{Block: b, config: c}
	for _, n := range b.Own("server_name") {
		s.Names = append(s.Names, n.Args...)
	}
	for _, set := range b.Own("listen") {
		if l, ok := parseListen(set); ok {
			s.Listens = append(s.Listens, l)
		} else {
			c.problem(set.Place, "invalid parameters in \"listen "+strings.Join(set.Args, " ")+`"`, nil)
		}
	}
	if len(s.Listens) == 0 { // ngx_http_core_server: port 80 as root, which is how services start
		s.Listens = []Listen{{Host: "0.0.0.0", Port: 80, LastPort: 80, Place: b.Place}}
	}
	s.flags()
	s.Locations = s.collect(b, nil)
	return s
}

// flags adds what older and newer nginx say outside of listen.
func (s *Server) flags() {
	ssl, http2 := s.Get("ssl").On(), s.Get("http2").On()
	for i := range s.Listens {
		s.Listens[i].SSL = s.Listens[i].SSL || ssl
		s.Listens[i].HTTP2 = s.Listens[i].HTTP2 || http2
	}
}

// collect finds the locations and passes in b, which belongs to the location in (nil: to the server).
func (s *Server) collect(b *Block, in *Location) []*Location {
	var found []*Location
	for _, d := range b.Directives {
		if strings.HasSuffix(d.Name, "_pass") {
			if p := s.newPass(d, b, in); p != nil {
				s.Passes = append(s.Passes, p)
			}
		}
	}
	for _, inner := range b.Blocks {
		switch inner.Name {
		case "location":
			l := newLocation(s, inner, in)
			l.Locations = s.collect(inner, l)
			found = append(found, l)
		case "if", "limit_except":
			s.collect(inner, in)
		}
	}
	return found
}

// ErrorLogs are the error logs that hold in a block of this server (the server itself: s.Block).
func (s *Server) ErrorLogs(b *Block) []Log { return s.config.errorLogs(b) }

// AccessLogs are the access logs that hold in a block of this server; none when it is off.
func (s *Server) AccessLogs(b *Block) []Log { return s.config.accessLogs(b) }

// Root is the document root that holds in a block, absolute unless it has variables.
func (s *Server) Root(b *Block) Setting {
	root := b.Get("root").or("html")
	if !strings.HasPrefix(root.Value(), "$") {
		root.Args = []string{under(s.config.Prefix, root.Value())}
	}
	return root
}

// Return is one `return` of a server, a location or an if.
type Return struct {
	Code  int    // 302 when only an address is given
	Text  string // body or address
	Place Place
	Block *Block // where it stands; an "if" may not be taken
}

// Returns are all returns of the server, nested ones too: return 503 is how many maintenance pages are made.
func (s *Server) Returns() []Return {
	var all []Return
	for _, b := range s.blocks() {
		for _, set := range b.Own("return") {
			all = append(all, newReturn(set))
		}
	}
	return all
}

func newReturn(set Setting) Return {
	r := Return{Text: set.arg(1), Place: set.Place, Block: set.In}
	if code, ok := set.Int(); ok {
		r.Code = code
	} else {
		r.Code, r.Text = 302, set.Value()
	}
	return r
}

// blocks are the server's block and all within it.
func (s *Server) blocks() []*Block {
	all := []*Block{s.Block}
	for i := 0; i < len(all); i++ {
		all = append(all, all[i].Blocks...)
	}
	return all
}

// Certificates are the ssl_certificate paths that hold for the server.
func (s *Server) Certificates() []Setting {
	all := s.All("ssl_certificate")
	for i := range all {
		all[i].Args = []string{under(s.confDir(), all[i].Value())}
	}
	return all
}

func (s *Server) confDir() string { return dir(s.config.Path) }
