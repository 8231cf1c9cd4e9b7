package apache

import (
	"strings"
)

// Server is one virtual host, or the main server.
type Server struct {
	*Section
	Names   []string // ServerName first, then the aliases, * and ? in them as written
	Addrs   []Addr   // of <VirtualHost ...>; none for the main server
	Listens []Listen // which of the open addresses lead to it
	Passes  []*Pass  // as written; the main server's, which hold here too, stand first

	config  *Config
	base    *Server    // nil for the main server itself
	folders []*Section // what the .htaccess files of its document root say, the root first
	rules   map[*Section][]rule
	workers []*Worker // its own
}

// Addr is one address of <VirtualHost>; an empty host is any, port 0 is any.
type Addr struct {
	Host string
	Port int
}

// Listen is one Listen line.
type Listen struct {
	Host  string // "" listens on all
	Port  int
	TLS   bool // its protocol is https
	Place Place
}

// judge makes servers, balancers and passes of what was read.
func (c *Config) judge(files Files) {
	c.base = &Server{Section: c.Main, config: c}
	c.listens = readListens(c)
	c.base.names()
	var hosts []*Server
	for _, sec := range virtualHosts(c.Main) {
		s := &Server{Section: sec, config: c, base: c.base}
		s.names()
		for _, a := range sec.Args {
			s.Addrs = append(s.Addrs, parseAddr(a))
		}
		hosts = append(hosts, s)
	}
	c.base.collectWorkers()
	c.base.collect(c.Main)
	c.base.rewrites()
	if len(hosts) == 0 {
		c.base.readFolders(files)
	}
	for _, s := range hosts {
		s.collectWorkers()
		s.inherit()
		s.collect(s.Section)
		s.rewrites()
		s.readFolders(files)
	}
	c.servers = hosts
	c.reachable()
	c.modulesMissing()
}

// virtualHosts finds them also where httpd would not accept them, so that nothing is lost.
func virtualHosts(top *Section) []*Section { return top.Inner("VirtualHost") }

func (s *Server) names() {
	if d := s.Last("ServerName"); d != nil {
		s.Names = append(s.Names, serverName(d.Arg(0)))
	}
	for _, d := range s.Own("ServerAlias") {
		s.Names = append(s.Names, d.Args...)
	}
}

// serverName takes scheme and port off: ServerName https://www.example.com:443.
func serverName(s string) string {
	if _, rest, ok := strings.Cut(s, "://"); ok {
		s = rest
	}
	host, _ := splitPort(s)
	return strings.ToLower(host)
}

// inherit takes the main server's passes over: they hold in every virtual host, before its own.
func (s *Server) inherit() {
	for _, p := range s.base.Passes {
		if p.Is("RewriteRule") || !s.mayUse(p.In) {
			continue
		}
		own := *p
		own.Server, own.Shared = s, true
		s.Passes = append(s.Passes, &own)
	}
}

// mayUse says that a folder's section of the main server may have to do with this one's documents.
func (s *Server) mayUse(sec *Section) bool {
	for ; sec != nil && sec.Name != ""; sec = sec.Up {
		if !sec.Is("Directory") || len(sec.Args) == 0 || strings.ContainsAny(sec.Args[0], "*?[~") {
			continue
		}
		dir, root := strings.TrimRight(sec.Args[0], "/")+"/", s.DocumentRoot()+"/"
		if !strings.HasPrefix(root, dir) && !strings.HasPrefix(dir, root) {
			return false
		}
	}
	return true
}

// Get is the setting that holds in this server: its own last one, else the main server's; nil for httpd's default.
func (s *Server) Get(name string) *Directive {
	if d := s.Last(name); d != nil {
		return d
	}
	if s.base != nil {
		return s.base.Last(name)
	}
	return nil
}

// All are the settings of a directive that may be repeated: the server's own, else the main server's.
func (s *Server) All(name string) []*Directive {
	if own := s.Own(name); len(own) > 0 || s.base == nil {
		return own
	}
	return s.base.Own(name)
}

// DocumentRoot is absolute.
func (s *Server) DocumentRoot() string {
	d := s.Get("DocumentRoot")
	if d == nil {
		return under(s.config.Root(), "htdocs")
	}
	return strings.TrimRight(under(s.config.Root(), d.Arg(0)), "/")
}

// TLS says that visitors speak TLS with this server on that address.
func (s *Server) TLS(l Listen) bool {
	if d := s.Get("SSLEngine"); d != nil {
		return !strings.EqualFold(d.Arg(0), "off")
	}
	return l.TLS
}

// IsMain says that this is what answers where no virtual host does.
func (s *Server) IsMain() bool { return s.base == nil }
