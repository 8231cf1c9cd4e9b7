package haproxy

import (
	"fmt"
	"strings"
)

// A Door is where HAProxy tells of its servers: a stats socket, which takes commands, or its page of statistics.
type Door struct {
	Address
	Place
	Admin bool   // commands that change something are taken, too (management.txt, 9.3)
	URI   string // of the page; empty for a socket
}

// Dial is how this machine connects to it.
func (d Door) Dial() (network, addr string) {
	host := d.Host
	switch {
	case d.Unix != "":
		return "unix", d.Unix
	case d.V6 && (host == "" || host == "::"):
		host = "::1"
	case host == "" || host == "*" || host == "0.0.0.0":
		host = "127.0.0.1"
	}
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	return "tcp", fmt.Sprintf("%s:%d", host, d.Port)
}

// Doors are HAProxy's stats sockets, files first, and behind them its pages of statistics that ask nobody who he is.
func (c *Config) Doors() []Door {
	var files, ports []Door
	for _, l := range c.Global().All("stats") {
		if len(l.Words) < 3 || l.Words[1] != "socket" {
			continue
		}
		for _, a := range addresses(l.Words[2]) {
			d := Door{Address: a, Place: l.Place, Admin: l.After("level") == "admin"}
			switch {
			case strings.HasPrefix(a.Unix, "/"):
				files = append(files, d)
			case a.Unix == "" && a.Port != 0 && !l.Has("ssl"):
				ports = append(ports, d)
			}
		}
	}
	return append(append(files, ports...), c.pages()...)
}

// pages are of sections that listen for this machine's own visitors.
func (c *Config) pages() []Door {
	var out []Door
	for _, s := range c.Proxies("frontend", "listen") {
		uri := s.statsPage()
		if uri == "" || s.Mode() != "http" || len(s.All("http-request")) > 0 {
			continue
		}
		for _, b := range s.Binds() {
			if !b.TLS && !b.Proxy && b.Unix == "" && (strings.HasPrefix(b.Host, "127.") || b.Host == "::1" || b.Host == "localhost") {
				out = append(out, Door{Address: b.Address, Place: b.Place, URI: uri + ";csv"})
				break
			}
		}
	}
	return out
}

// statsPage is where a section has the page of all servers; empty without one, and where it wants a password.
func (s *Section) statsPage() string {
	uri := ""
	for at := s; at != nil; at = at.from {
		for _, l := range at.All("stats") {
			switch {
			case l.Is("stats", "auth"), l.Is("stats", "scope"), l.Is("stats", "http-request"):
				return ""
			case l.Is("stats", "uri") && len(l.Words) > 2:
				uri = l.Words[2]
			case l.Is("stats", "enable") && uri == "":
				uri = "/haproxy?stats" // cfgparse-listen.c, STATS_DEFAULT_URI
			}
		}
	}
	return uri
}
