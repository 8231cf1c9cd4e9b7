package sysinfo

import (
	"context"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// Store is a database or a cache that an app of a site uses, as the app's own configuration has it.
type Store struct {
	Kind       string // "mysql", "postgres", "redis", "memcached"
	App        string // whose configuration it is: "WordPress", "PHP's sessions", "the app", a unit
	Site       *Site
	Host       string // as written; empty with Unix
	Port       int
	Unix       string
	User, Name string
	Table      string     // a table that each page of the app reads, where it is known
	PHP        bool       // PHP's drivers ask: "localhost" is a socket for MySQL's
	Where      Place      // the line that names the address
	UserAt     Place      // the line with the user's name
	NameAt     Place      // the line with the database's name
	PortAt     Place      // the line with the port, where it has one of its own
	WordAt     Place      // the line with the password
	Written    string     // the address as it stands there
	Unit       string     // the service that has it in its environment
	In         string     // the container whose app asks: its environment has it, where Where is no file
	Of         *Container // the container that it is in, where that one does not serve it there: it does not run, nobody in it listens, or it has another address
	Now        netip.Addr // that other one, where no container that is such a server has Host
	Usual      bool       // Unix is where PHP's drivers look by themselves: no setting of the app's names it
	SocketAt   Place      // the line of PHP's settings that tells its drivers where, with Usual

	password secret
	net      int  // the process from whose network it is asked; 0: the machine's
	hop      *Hop // whose pool asks; nil: any of the site's
	mysqli   bool // which of PHP's drivers asks: mysqli, not PDO
	doubtful bool // the app's code knows several logins there: whether one is refused says nothing
}

// secret is a password on its way from a configuration to the server it is for. A function, so that whatever prints a
// Store prints its address in memory.
type secret func() string

func hidden(text string) secret { return func() string { return text } }

func (s secret) text() string {
	if s == nil {
		return ""
	}
	return s()
}

// HasPassword says that the configuration has one.
func (s *Store) HasPassword() bool { return s.password.text() != "" }

// IsPassword compares a text with the configured password, for those who must not see it.
func (s *Store) IsPassword(text string) bool { return text != "" && text == s.password.text() }

// clean says that nothing in it could end a line: strangers write these files, and what we send may go to any socket.
func (s *Store) clean() bool {
	for _, text := range []string{s.User, s.password.text(), s.Name, s.Host, s.Unix} {
		if strings.ContainsFunc(text, func(r rune) bool { return r < 0x20 || r == 0x7f }) {
			return false
		}
	}
	return true
}

// Address is how people name the far end.
func (s *Store) Address() string {
	if s.Unix != "" {
		return "unix:" + s.Unix
	}
	return joinHostPort(s.Host, s.Port)
}

func joinHostPort(host string, port int) string {
	if strings.Contains(host, ":") {
		return fmt.Sprintf("[%s]:%d", host, port)
	}
	return fmt.Sprintf("%s:%d", host, port)
}

// Title is the name that people know the server by.
func (s *Store) Title() string {
	return map[string]string{"mysql": "MySQL", "postgres": "PostgreSQL", "redis": "Redis", "memcached": "memcached"}[s.Kind]
}

// settle fills in what drivers take for granted.
func (s *Store) settle(r Root) {
	if s.Port == 0 {
		s.Port = map[string]int{"mysql": 3306, "postgres": 5432, "redis": 6379, "memcached": 11211}[s.Kind]
	}
	switch {
	case s.Unix != "" && s.Kind == "postgres" && !strings.Contains(s.Unix, ".s.PGSQL."):
		s.Unix += "/.s.PGSQL." + strconv.Itoa(s.Port)
	case s.Unix != "":
	case s.Kind == "mysql" && s.PHP && (s.Host == "localhost" || s.Host == ""):
		s.Unix, s.Usual = mysqlSocket(r), true
	case s.Kind == "postgres" && s.Host == "":
		s.Unix = "/var/run/postgresql/.s.PGSQL." + strconv.Itoa(s.Port)
	case s.Host == "":
		s.Host = "127.0.0.1"
	}
	if s.Unix != "" {
		s.Host = ""
	}
}

// driverSocket is where PHP's drivers are told to look for the local MySQL, if they are.
func (f *Facts) driverSocket(ctx context.Context, s *Store) {
	name := "pdo_mysql.default_socket"
	if s.mysqli {
		name = "mysqli.default_socket"
	}
	for _, h := range s.Site.Hops {
		p, pool := f.PoolOf(ctx, h)
		if !s.Usual || p == nil || pool == nil {
			continue
		}
		v := pool.PHP(name)
		if v.Text == "" {
			v = p.INI(f.Host.Root, name)
		}
		if v.Text != "" { // php.ini comes with an empty one
			s.Unix, s.SocketAt = v.Text, v.Place
		}
		return
	}
}

// mysqlSocket is where PHP's drivers look for the local server: what distributions compile in.
func mysqlSocket(r Root) string {
	if r.Exists("/etc/debian_version") {
		return "/run/mysqld/mysqld.sock"
	}
	for _, name := range []string{"/run/mysqld/mysqld.sock", "/var/lib/mysql/mysql.sock", "/tmp/mysql.sock"} {
		if r.Exists(name) {
			return name
		}
	}
	if r.Exists("/var/lib/mysql") && !r.Exists("/run/mysqld") {
		return "/var/lib/mysql/mysql.sock"
	}
	return "/run/mysqld/mysqld.sock"
}

// hostPort takes "db:3307", "[::1]:3306", "localhost:/run/x.sock" and ":/run/x.sock" apart, as WordPress does.
func (s *Store) hostPort(text string) {
	if i := strings.IndexByte(text, '/'); i >= 0 && (i == 0 || text[i-1] == ':') {
		s.Unix = text[i:]
		return
	}
	if a, err := netip.ParseAddr(strings.Trim(text, "[]")); err == nil {
		s.Host = a.String()
		return
	}
	host, port, ok := strings.Cut(text, ":")
	if i := strings.LastIndex(text, "]:"); i > 0 {
		host, port, ok = text[1:i], text[i+2:], true
	}
	s.Host = strings.Trim(host, "[]")
	if ok {
		s.Port, _ = strconv.Atoi(port)
	}
}
