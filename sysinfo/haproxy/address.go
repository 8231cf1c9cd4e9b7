package haproxy

import (
	"strconv"
	"strings"
)

// Address is where a bind listens or a server is (tools.c, str2sa_range).
type Address struct {
	Host string // empty or "*" listens on all IPv4
	Port int    // 0: the port the client came to, for a server
	Last int    // the end of a range of ports; equal to Port without one
	Unix string
	V6   bool
}

// addresses reads a word such as "*:80,:443", "ipv6@[::1]:80", "unix@/run/x.sock" or "/run/x.sock".
func addresses(word string) []Address {
	var out []Address
	for one := range strings.SplitSeq(word, ",") {
		if a, ok := address(one); ok {
			out = append(out, a)
		}
	}
	return out
}

func address(s string) (Address, bool) {
	var a Address
	kind, rest, ok := strings.Cut(s, "@")
	if ok {
		s = rest
		switch {
		case strings.HasPrefix(kind, "unix"), strings.HasPrefix(kind, "uxst"):
			a.Unix = s
			return a, s != ""
		case strings.HasPrefix(kind, "abns"):
			a.Unix = "@" + s // as the kernel's lists write an abstract name (unix(7))
			return a, s != ""
		case strings.HasPrefix(kind, "fd"), strings.HasPrefix(kind, "sockpair"), strings.HasPrefix(kind, "rhttp"), strings.HasPrefix(kind, "rev"):
			return a, false
		}
		a.V6 = strings.Contains(kind, "6")
	}
	if strings.HasPrefix(s, "/") {
		a.Unix = s
		return a, true
	}
	colon := strings.LastIndexByte(s, ':')
	if strings.HasSuffix(s, "]") || colon < 0 {
		a.Host = strings.Trim(s, "[]")
	} else {
		a.Host = strings.Trim(s[:colon], "[]")
		first, last, ranged := strings.Cut(strings.TrimPrefix(s[colon+1:], "+"), "-")
		a.Port, _ = strconv.Atoi(first)
		if a.Last = a.Port; ranged {
			a.Last, _ = strconv.Atoi(last)
		}
	}
	if a.Port < 0 || a.Port > 65535 {
		return a, false
	}
	a.V6 = a.V6 || strings.Contains(a.Host, ":")
	return a, true
}

// Bind is one address a frontend or listen answers on.
type Bind struct {
	Address
	Place
	TLS   bool
	Proxy bool // expects the PROXY protocol from whoever connects
}

// Binds are the addresses of a frontend or listen.
func (s *Section) Binds() []Bind {
	var out []Bind
	for _, l := range s.All("bind") {
		if len(l.Words) < 2 {
			continue
		}
		for _, a := range addresses(l.Words[1]) {
			out = append(out, Bind{a, l.Place, l.Has("ssl"), l.Has("accept-proxy")})
		}
	}
	return out
}

// Server is one server of a backend.
type Server struct {
	Address
	Place
	Name     string
	Word     string // the address as written
	Check    bool
	TLS      bool
	Verify   bool // its certificate is checked
	SNI      bool
	Backup   bool
	Disabled bool
	SendsPP  bool   // speaks the PROXY protocol to it
	Proto    string // "h2", "fcgi", empty for HTTP/1
	Resolves bool   // its name is asked again while HAProxy runs
	MaxConn  int
	Line     Line
	Full     Line // its words, and behind them those of default-server

	given []Line // the default-server lines that hold for it, the nearest first
}

// At is the line that gives a server a word: its own, else that of a default-server.
func (s Server) At(word string) Place {
	for _, l := range append([]Line{s.Line}, s.given...) {
		if l.Has(word) {
			return l.Place
		}
	}
	return s.Place
}

// Servers are those of a backend or listen, each with what default-server says (server lines win).
func (s *Section) Servers() []Server {
	var given []string
	var lines []Line
	for at := s; at != nil; at = at.from {
		for _, l := range at.All("default-server") {
			given = append(given, l.Words[1:]...)
			lines = append(lines, l)
		}
	}
	var out []Server
	for _, l := range s.Lines {
		at := 2
		switch {
		case l.Is("server") && len(l.Words) >= 3:
		case l.Is("server-template") && len(l.Words) >= 4:
			at = 3
		default:
			continue
		}
		a, ok := address(l.Words[at])
		if !ok {
			continue
		}
		full := Line{l.Place, append(append([]string{}, l.Words...), given...)}
		srv := server(l, full, a, at)
		srv.given = lines
		out = append(out, srv)
	}
	return out
}

func server(l, full Line, a Address, at int) Server {
	n, _ := strconv.Atoi(full.After("maxconn"))
	return Server{Address: a, Place: l.Place, Name: l.Words[1], Word: l.Words[at], Line: l, Full: full, MaxConn: n,
		Check: full.Has("check") && !l.Has("no-check"), TLS: full.Has("ssl") && !l.Has("no-ssl"), Verify: full.After("verify") == "required" || full.Has("ssl") && full.Has("ca-file") && full.After("verify") != "none",
		SNI: full.Has("sni"), Backup: full.Has("backup"), Disabled: full.Has("disabled") && !l.Has("enabled"),
		SendsPP: full.Has("send-proxy") || full.Has("send-proxy-v2"), Proto: full.After("proto"), Resolves: full.Has("resolvers")}
}
