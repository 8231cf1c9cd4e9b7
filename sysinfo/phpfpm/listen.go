package phpfpm

import (
	"net"
	"path"
	"strconv"
	"strings"
)

// Address is where a pool listens.
type Address struct {
	Network string // "unix" or "tcp"
	Path    string // of a socket, absolute
	Host    string // "" for all addresses, v6 and v4 (a bare port)
	Port    int
	Place   Place
}

func (a Address) String() string {
	switch {
	case a.Network == "unix":
		return a.Path
	case a.Host == "":
		return strconv.Itoa(a.Port)
	}
	return net.JoinHostPort(a.Host, strconv.Itoa(a.Port))
}

// Listen is the pool's address; not ok when it has none.
func (p *Pool) Listen() (a Address, ok bool) { return p.address("listen") }

// StatusListen is the extra address for the status page alone (since PHP 8.0): it answers when all workers are busy.
func (p *Pool) StatusListen() (a Address, ok bool) { return p.address("pm.status_listen") }

// address follows fpm_sockets_domain_from_address: a colon or nothing but digits is TCP, all else a path.
func (p *Pool) address(key string) (Address, bool) {
	v := p.Get(key)
	if v.Text == "" {
		return Address{}, false
	}
	a := Address{Network: "tcp", Place: v.Place}
	colon := strings.LastIndexByte(v.Text, ':')
	switch {
	case colon >= 0:
		a.Host = strings.Trim(v.Text[:colon], "[]")
		if a.Host == "*" {
			a.Host = ""
		}
		a.Port, _ = strconv.Atoi(v.Text[colon+1:])
	case strings.Trim(v.Text, "0123456789") == "":
		a.Port, _ = strconv.Atoi(v.Text)
	default:
		a.Network, a.Path = "unix", p.Absolute(v.Text)
	}
	return a, true
}

// Absolute makes a path of this pool absolute: relative ones start at its prefix, then at the build's.
func (p *Pool) Absolute(name string) string {
	if name == "" || strings.HasPrefix(name, "/") {
		return name
	}
	under := p.Get("prefix").Text
	if !strings.HasPrefix(under, "/") {
		under = path.Join(prefix, under)
	}
	return path.Join(under, name)
}
