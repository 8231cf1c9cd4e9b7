package nginx

import (
	"net"
	"net/netip"
	"strconv"
	"strings"
)

// Target is one address that a pass may reach.
type Target struct {
	Network  string // "tcp", "unix"; "" when it is not known
	Scheme   string // as Pass.Scheme, with what the pass's variables hold here
	Host     string // an address, or a name for the caller to resolve
	Port     int    // 0: none is said, and nginx has no default for the protocol
	Path     string // of a unix socket
	Place    Place  // the line that names it: in the upstream block, the set, the map, or the pass itself
	Upstream *Upstream
	Peer     *Peer  // its server line there
	Variable bool   // a variable decides, per request, whether it is this one
	Unknown  string // the variable nothing is known of; then the address is empty
	AtRun    bool   // the name is resolved at run time: needs a resolver
	Fault    string // why nginx refuses it: "invalid port"

	explicit bool // the port was written
}

// Address is "unix:/path" or "host:port".
func (t Target) Address() string {
	switch {
	case t.Network == "unix":
		return "unix:" + t.Path
	case t.Network == "":
		return t.Unknown
	case t.Port == 0:
		return t.Host
	}
	return net.JoinHostPort(t.Host, strconv.Itoa(t.Port))
}

// IsIP says whether the host is an address and needs no resolving.
func (t Target) IsIP() bool {
	_, err := netip.ParseAddr(t.Host)
	return err == nil
}

// maxSocketPath is what fits into sun_path with its NUL.
const maxSocketPath = 107

// splitScheme takes http:// and its like off; rest is address and URI. scheme is "" when nginx would refuse it.
func splitScheme(family, value string) (scheme, rest string) {
	known := []string{}
	switch family {
	case "proxy":
		known = []string{"http", "https"}
	case "grpc":
		scheme, known = "grpc", []string{"grpc", "grpcs"}
	case "uwsgi":
		scheme, known = "uwsgi", []string{"uwsgi", "suwsgi"}
	default:
		scheme = family
	}
	for _, s := range known {
		n := len(s) + len("://")
		if len(value) >= n && strings.EqualFold(value[:n], s+"://") {
			return s, value[n:]
		}
	}
	return scheme, value
}

// defaultPort is what nginx takes for a scheme without a port; the others have none.
func defaultPort(scheme string) int {
	switch scheme {
	case "http":
		return 80
	case "https":
		return 443
	}
	return 0
}

// parseTarget reads an address as ngx_parse_url does. Only where a URI may follow does a : end a socket's path.
func parseTarget(s string, port int, hasURI bool) Target {
	if path, ok := cutFold(s, "unix:"); ok {
		for strings.HasPrefix(path, "//") { // unix:///run/app.sock
			path = path[1:]
		}
		return socket(path, hasURI)
	}
	t := Target{Network: "tcp", Port: port}
	if end := strings.IndexAny(s, "/?#"); end >= 0 {
		s = s[:end]
	}
	host, tail := s, ""
	if strings.HasPrefix(s, "[") {
		end := strings.IndexByte(s, ']')
		if end < 0 {
			t.Fault = "invalid host"
			return t
		}
		host, tail = s[1:end], s[end+1:]
		if a, err := netip.ParseAddr(host); err != nil || !a.Is6() {
			t.Fault = "invalid IPv6 address"
		}
	} else if at := strings.IndexByte(s, ':'); at >= 0 {
		host, tail = s[:at], s[at:]
	}
	t.Host = host
	t.port(tail)
	if host == "" && t.Fault == "" {
		t.Fault = "no host"
	}
	return t
}

// port reads ":9000".
func (t *Target) port(tail string) {
	if tail == "" {
		return
	}
	n, err := strconv.Atoi(strings.TrimPrefix(tail, ":"))
	if tail[0] != ':' || err != nil || n < 1 || n > 65535 {
		t.Fault = "invalid port"
		return
	}
	t.Port, t.explicit = n, true
}

func socket(path string, hasURI bool) Target {
	if hasURI {
		path, _, _ = strings.Cut(path, ":")
	}
	t := Target{Network: "unix", Path: path}
	switch {
	case path == "":
		t.Fault = "no path in the unix domain socket"
	case len(path) > maxSocketPath:
		t.Fault = "too long path in the unix domain socket"
	}
	return t
}

func cutFold(s, prefix string) (string, bool) {
	if len(s) < len(prefix) || !strings.EqualFold(s[:len(prefix)], prefix) {
		return s, false
	}
	return s[len(prefix):], true
}
