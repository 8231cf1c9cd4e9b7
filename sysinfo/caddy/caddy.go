// Package caddy reads a Caddyfile, or Caddy's JSON, the way Caddy does and says which site a request belongs to, where
// it is passed on to, and which line says so. It looks at files only.
package caddy

import (
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo/conf"
)

// These are short names for what all readers share.
type (
	Files   = conf.Files
	Place   = conf.Place
	Problem = conf.Problem
)

// Config is one Caddy as its file describes it.
type Config struct {
	Path     string
	Files    []string
	Sites    []*Site
	Admin    string // where its admin API listens; "off" when it does not
	Logs     []Log  // of Caddy itself: the global log option
	Ports    Ports
	Problems conf.Problems
}

// Ports are those at which a site listens that names none: the global options http_port and https_port.
type Ports struct{ HTTP, HTTPS int }

// usualPorts are Caddy's own (caddyhttp.go, DefaultHTTPPort and DefaultHTTPSPort).
var usualPorts = Ports{80, 443}

// Site is one site block.
type Site struct {
	Place
	Addresses []Address
	Passes    []*Pass
	Root      string
	Binds     []string // where alone it listens (bind, default_bind): "10.9.0.3", "[::1]", "unix//run/caddy.sock"; none: everywhere
	Logs      []Log    // of its requests
}

// Address is what a site block answers to: "shop.test", "http://shop.test", ":8080", "*.shop.test:8443".
type Address struct {
	Scheme, Host string // Scheme is empty unless written
	Port         int    // 0: Caddy's own, 443 with a name and 80 beside it
}

// TLS says that visitors of the address speak TLS: Caddy makes it so by itself for whatever has a name.
func (a Address) TLS() bool {
	switch {
	case a.Scheme == "http" || a.Port == 80:
		return false
	case a.Scheme == "https" || a.Port == 443:
		return true
	}
	return a.Host != ""
}

// Pass is one reverse_proxy, php_fastcgi or forward_auth.
type Pass struct {
	Place
	Directive string // "reverse_proxy", "php_fastcgi", "forward_auth"
	Matcher   string // "/api/*", "@name", empty for everything
	When      []Condition
	Upstreams []Upstream
	Settings  map[string]Value // of it and of its transport: "dial_timeout", "fail_duration" …
	Host      Value            // what its header_up sets as Host

	rank   int // of the block that it stands in: 2 handle, 1 route, 0 none
	sorted int // how many of its conditions order it: the lines in a route stay as they are written
}

// Log is where a log goes.
type Log struct {
	Place
	Output string // "stderr", "stdout", "discard", or a file
}

// Value is the rest of a line behind its first word.
type Value struct {
	Place
	Text string
}

// Upstream is one address behind a pass.
type Upstream struct {
	Place
	Word   string // as written
	Scheme string // http, https, h2c; fastcgi for php_fastcgi
	Host   string
	Port   int
	Unix   string
	Varies bool      // it holds a placeholder that only a request fills in
	Chosen bool      // it is one of the values of a placeholder
	When   Condition // for which requests it is chosen
}

// Timeout is a duration of the pass or its transport; zero without one.
func (p *Pass) Timeout(name string) (time.Duration, Place) {
	v, ok := p.Settings[name]
	if !ok {
		return 0, Place{}
	}
	return duration(v.Text), v.Place
}

// duration is Go's, with days (caddy.ParseDuration).
func duration(s string) time.Duration {
	if days, ok := strings.CutSuffix(s, "d"); ok {
		n, err := strconv.ParseFloat(days, 64)
		if err != nil || n > 1e5 || n < 0 {
			return 0
		}
		return time.Duration(n * 24 * float64(time.Hour))
	}
	d, err := time.ParseDuration(s)
	if err != nil {
		return 0
	}
	return d
}

// siteAddress reads what stands before a site block's brace.
func siteAddress(s string) Address {
	var a Address
	if scheme, rest, ok := strings.Cut(s, "://"); ok {
		a.Scheme, s = scheme, rest
	}
	s, _, _ = strings.Cut(s, "/")
	a.Host, a.Port, _ = cutPort(s)
	return a
}

// on is the address where those are Caddy's ports: one with such a port has its scheme, and one without has such a port (caddyfile's httpcaddyfile,
// listenerAddrsForServerBlockKey).
func (a Address) on(own Ports) Address {
	switch {
	case a.Port == 0 && a.Scheme == "http":
		a.Port = own.HTTP
	case own == usualPorts:
	case a.Scheme == "" && a.Port == own.HTTP:
		a.Scheme = "http"
	case a.Scheme == "" && a.Port == own.HTTPS:
		a.Scheme = "https"
	case a.Port == 0 && a.TLS():
		a.Port = own.HTTPS
	case a.Port == 0:
		a.Port = own.HTTP
	}
	return a
}

// cutPort takes "host:port" apart.
func cutPort(s string) (host string, port int, ok bool) {
	i := strings.LastIndexByte(s, ':')
	if i < 0 || strings.HasSuffix(s, "]") || strings.Contains(s[:i], ":") && !strings.HasPrefix(s, "[") {
		return strings.Trim(s, "[]"), 0, false
	}
	n, err := strconv.Atoi(s[i+1:])
	if err != nil || n < 1 || n > 65535 {
		return strings.Trim(s[:i], "[]"), 0, false
	}
	return strings.Trim(s[:i], "[]"), n, true
}

// upstream reads an upstream's word (reverseproxy/addresses.go).
func upstream(at Place, directive, word string) Upstream {
	u := Upstream{Place: at, Word: word, Scheme: "http", Varies: strings.Contains(word, "{")}
	s := word
	if scheme, rest, ok := strings.Cut(s, "://"); ok {
		u.Scheme, s = scheme, rest
	}
	if directive == "php_fastcgi" {
		u.Scheme = "fastcgi"
	}
	if path, ok := strings.CutPrefix(s, "unix/"); ok {
		u.Unix = path
		return u
	}
	s = strings.TrimPrefix(strings.TrimPrefix(s, "tcp/"), "tcp4/")
	if i := strings.IndexByte(s, '/'); i >= 0 {
		s = s[:i]
	}
	if i := strings.LastIndex(s, ":{"); i >= 0 { // the usual port is not the one that is meant
		u.Host = s
		return u
	}
	host, port, ok := cutPort(s)
	u.Host, u.Port = host, port
	if u.Host == "" {
		u.Host = "localhost"
	}
	if !ok {
		u.Port = map[string]int{"https": 443, "fastcgi": 0}[u.Scheme]
		if u.Port == 0 && u.Scheme != "fastcgi" {
			u.Port = 80
		}
	}
	return u
}
