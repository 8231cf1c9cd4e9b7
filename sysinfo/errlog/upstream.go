package errlog

import (
	"net/netip"
	"strconv"
	"strings"
)

// Upstream is where a gateway wanted to go.
type Upstream struct {
	Scheme  string // http, https, fastcgi, uwsgi, scgi, grpc, ajp; empty when the line does not say
	Address string // "unix:/run/x.sock", "127.0.0.1:9000", "[::1]:80" or the name of a block
}

// ReadUpstream takes apart what nginx and Apache print. A unix peer may or may not have its closing colon:
// nginx drops it once the peer is released, which is so in every "timed out" line.
func ReadUpstream(s string) Upstream {
	var u Upstream
	if i := strings.Index(s, "://"); i >= 0 && i < 12 && !strings.HasPrefix(s, "unix:") {
		u.Scheme, s = s[:i], s[i+3:]
	}
	if strings.HasPrefix(s, "unix:") {
		u.Address = unixAddress(s)
		return u
	}
	if i := strings.IndexAny(s, "/ \"',;"); i >= 0 {
		s = s[:i]
	}
	u.Address = s
	return u
}

func unixAddress(s string) string {
	path := s[len("unix:"):]
	for strings.HasPrefix(path, "//") {
		path = path[1:]
	}
	if i := strings.IndexAny(path, ":| \"'"); i >= 0 {
		path = path[:i]
	}
	for _, end := range [...]string{".sock", ".socket"} { // of a released peer of an upstream block the page follows at once: unix:/run/app.sock/cart
		if i := strings.Index(path, end+"/"); i >= 0 {
			path = path[:i+len(end)]
		}
	}
	if len(path)+len("unix:") == len(s) {
		return s // the usual line: no copy
	}
	return "unix:" + path
}

// Path is the socket's file, or empty.
func (u Upstream) Path() string {
	if path, ok := strings.CutPrefix(u.Address, "unix:"); ok {
		return path
	}
	return ""
}

// Host is the address without its port.
func (u Upstream) Host() string {
	host, _ := u.split()
	return host
}

// Port is 0 when the address names none.
func (u Upstream) Port() int {
	_, port := u.split()
	n, err := strconv.Atoi(port)
	if err != nil {
		return 0
	}
	return n
}

func (u Upstream) split() (host, port string) {
	s := u.Address
	if strings.HasPrefix(s, "unix:") {
		return "", ""
	}
	i := strings.LastIndexByte(s, ':')
	if i < 0 || strings.HasSuffix(s, "]") {
		return strings.Trim(s, "[]"), ""
	}
	return strings.Trim(s[:i], "[]"), s[i+1:]
}

// IP is the address, invalid for names and sockets.
func (u Upstream) IP() netip.Addr {
	ip, _ := netip.ParseAddr(u.Host())
	return ip
}
