package apache

import (
	"net"
	"strconv"
	"strings"
)

// Target is one address that a pass may reach.
type Target struct {
	Scheme   string // "fcgi"
	Network  string // "tcp", "unix"; "" when it is not known
	Host     string // an address, or a name for the caller to resolve
	Port     int
	Path     string // of a unix socket
	Name     string // of a unix socket: what stands behind the |, by which httpd tells its workers apart
	Place    Place  // the line that names it
	URL      string // as written
	Variable bool   // decided per request
	Balancer *Balancer
	Member   *Member

	params []param
}

// Address is "unix:/path" or "host:port".
func (t Target) Address() string {
	switch {
	case t.Network == "unix":
		return "unix:" + t.Path
	case t.Network == "":
		return t.URL
	case t.Port == 0:
		return t.Host
	}
	return net.JoinHostPort(t.Host, strconv.Itoa(t.Port))
}

// ports are what schemes have without being told (mod_proxy's modules, apr_uri).
var ports = map[string]int{"http": 80, "https": 443, "fcgi": 8000, "ajp": 8009, "uwsgi": 3031, "scgi": 4000, "ws": 80, "wss": 443,
	"h2": 443, "h2c": 80, "ftp": 21}

// Targets are all addresses the pass may reach, as far as the files say.
func (p *Pass) Targets() []Target {
	if p.Not() {
		return nil
	}
	t := parseTarget(p.URL)
	t.Place, t.params = p.Server.config.where(p.Directive, t.written()), p.params
	if t.Scheme != "balancer" {
		return []Target{p.Server.socketOf(t)}
	}
	b := p.Server.config.balancers[strings.ToLower(t.Host)]
	if b == nil {
		return nil
	}
	var all []Target
	for i := range b.Members {
		m := &b.Members[i]
		one := m.Target
		one.Balancer, one.Member = b, m
		one.params = append(append([]param{}, m.params...), p.params...)
		all = append(all, one)
	}
	return all
}

// written is the part of an address that a person would look for on its line.
func (t Target) written() string {
	switch {
	case t.Network == "unix":
		return t.Path
	case t.Port != 0 && strings.Contains(t.URL, ":"+strconv.Itoa(t.Port)):
		return t.Host + ":" + strconv.Itoa(t.Port)
	}
	return t.Host
}

// parseTarget reads [unix:/path|]scheme://host[:port][/path] (ap_proxy_de_socketfy, apr_uri_parse).
func parseTarget(url string) Target {
	t := Target{URL: url}
	rest := url
	if sock, ok := cutFold(url, "unix:"); ok {
		path, behind, has := strings.Cut(sock, "|")
		t.Network, t.Path, rest = "unix", cleanSocket(path), behind
		if !has {
			t.Network = ""
			return t
		}
	}
	scheme, rest, ok := strings.Cut(rest, "://")
	t.Scheme = strings.ToLower(strings.TrimSuffix(scheme, ":"))
	if !ok {
		t.Scheme, _, _ = strings.Cut(t.Scheme, ":")
	}
	if t.Network == "unix" {
		t.Name = strings.TrimRight(rest, "/")
		return t
	}
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		rest = rest[:end]
	}
	if at := strings.LastIndexByte(rest, '@'); at >= 0 {
		rest = rest[at+1:]
	}
	t.Network = "tcp"
	t.Host, t.Port = splitPort(rest)
	if strings.ContainsAny(rest, "$%") {
		t.Variable = true
		t.Host = cutVariable(t.Host)
		if t.Host == "" {
			t.Network = ""
		}
	}
	if t.Port == 0 {
		t.Port = ports[t.Scheme]
	}
	return t
}

// cutVariable drops a host that a back-reference decides, and keeps one that only a path in the port's place hides:
// fcgi://127.0.0.1:9000$1.
func cutVariable(host string) string {
	if at := strings.IndexAny(host, "$%"); at >= 0 {
		return ""
	}
	return host
}

// cleanSocket is a socket's path as the kernel gets it: unix:///run/a.sock means /run/a.sock.
func cleanSocket(path string) string {
	for strings.HasPrefix(path, "//") {
		path = path[1:]
	}
	return path
}
