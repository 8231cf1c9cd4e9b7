package nginx

import (
	"net/netip"
	"strconv"
	"strings"
)

// Listen is one address a server answers on.
type Listen struct {
	Host     string // "0.0.0.0" for *, "::", an address, or a name; "" for a socket
	Port     int
	LastPort int    // of a range; Port otherwise
	Unix     string // path of a socket
	SSL      bool
	HTTP2    bool
	QUIC     bool
	Proxy    bool // proxy_protocol
	Default  bool // default_server was said
	Both     bool // ipv6only=off was said: an IPv6 socket that takes IPv4 as well
	Place    Place
}

func (l Listen) hasPort(port int) bool { return l.Unix == "" && l.Port <= port && port <= l.LastPort }

func parseListen(s Setting) (Listen, bool) {
	l := Listen{Host: "0.0.0.0", Port: 80, Place: s.Place}
	value := s.Value()
	if unix, ok := strings.CutPrefix(value, "unix:"); ok {
		l.Host, l.Port, l.Unix = "", 0, unix
	} else if !l.address(value) {
		return l, false
	}
	for _, arg := range s.Args[1:] {
		switch arg {
		case "ssl":
			l.SSL = true
		case "http2":
			l.HTTP2 = true
		case "quic":
			l.QUIC, l.SSL = true, true
		case "proxy_protocol":
			l.Proxy = true
		case "default_server", "default":
			l.Default = true
		case "ipv6only=off":
			l.Both = true
		}
	}
	return l, true
}

// takeBoth lets the servers behind a socket for IPv6 and IPv4 listen on IPv4, too. One of them says ipv6only=off for all, because the
// socket is one (ngx_http_core_module, "listen").
func takeBoth(servers []*Server) {
	both := map[int]bool{}
	for _, s := range servers {
		for _, l := range s.Listens {
			both[l.Port] = both[l.Port] || l.Both && l.Host == "::"
		}
	}
	for _, s := range servers {
		for _, l := range s.Listens {
			if l.Host == "::" && both[l.Port] {
				l.Host = "0.0.0.0"
				s.Listens = append(s.Listens, l)
			}
		}
	}
}

// address reads 80, *:80, [::]:80, 10.0.0.1, name:80 and ranges of ports.
func (l *Listen) address(value string) bool {
	host, port := splitPort(value)
	if ports(port, l) {
		l.setHost(host)
		return host != "" || port != ""
	}
	if port == "" && ports(host, l) { // a number alone is a port
		return true
	}
	if port != "" {
		return false
	}
	l.LastPort = l.Port
	l.setHost(host)
	return host != ""
}

func (l *Listen) setHost(host string) {
	host = strings.Trim(host, "[]")
	if host == "*" || host == "" {
		host = "0.0.0.0"
	}
	if a, err := netip.ParseAddr(host); err == nil {
		host = a.String()
	}
	l.Host = host
}

func ports(s string, l *Listen) bool {
	first, last, isRange := strings.Cut(s, "-")
	if !isRange {
		last = first
	}
	from, err1 := strconv.Atoi(first)
	to, err2 := strconv.Atoi(last)
	if err1 != nil || err2 != nil || from < 1 || to > 65535 || from > to {
		return false
	}
	l.Port, l.LastPort = from, to
	return true
}

// splitPort cuts host:port; the colons inside [..] belong to the host.
func splitPort(s string) (host, port string) {
	at := strings.LastIndexByte(s, ':')
	if at < 0 || at < strings.LastIndexByte(s, ']') {
		return s, ""
	}
	return s[:at], s[at+1:]
}
