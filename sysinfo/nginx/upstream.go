package nginx

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Upstream is one upstream block of http.
type Upstream struct {
	*Block
	Name    string
	Peers   []Peer
	Balance string // "least_conn", "ip_hash", "hash $uri consistent", "random two"; "" is round robin
}

// Peer is one server line of an upstream.
type Peer struct {
	Target
	Weight      int
	MaxFails    int           // failures within FailTimeout that take it out; 0: never
	FailTimeout time.Duration // and for how long
	MaxConns    int           // 0: no limit
	Backup      bool
	Down        bool
	Resolve     bool // the name is watched in DNS; else it is resolved once, at start
}

// peerPort is taken for a server line without one, whatever the protocol (ngx_http_upstream_server).
const peerPort = 80

func (c *Config) addUpstream(b *Block) {
	if len(b.Args) != 1 {
		return
	}
	name := strings.ToLower(b.Args[0])
	if c.upstreams[name] != nil {
		c.problem(b.Place, fmt.Sprintf("duplicate upstream %q", b.Args[0]), nil)
		return
	}
	u := &Upstream{Block: b, Name: b.Args[0]}
	for _, d := range b.Directives {
		switch d.Name {
		case "least_conn", "ip_hash", "hash", "random", "least_time", "sticky":
			u.Balance = strings.TrimSpace(d.Name + " " + strings.Join(d.Args, " "))
		case "server":
			c.addPeer(u, d)
		}
	}
	if len(u.Peers) == 0 {
		c.problem(b.Place, fmt.Sprintf("no servers are inside upstream in %s", b.Place), nil)
	}
	c.upstreams[name] = u
}

func (c *Config) addPeer(u *Upstream, d *Directive) {
	if len(d.Args) == 0 {
		return
	}
	p := Peer{Weight: 1, MaxFails: 1, FailTimeout: 10 * time.Second}
	p.Target = parseTarget(d.Args[0], peerPort, false)
	p.Target.Place = d.Place()
	if p.Fault != "" {
		c.problem(d.Place(), fmt.Sprintf("%s in upstream %q", p.Fault, d.Args[0]), nil)
	}
	for _, arg := range d.Args[1:] {
		if !p.option(arg) {
			c.problem(d.Place(), fmt.Sprintf("invalid parameter %q", arg), nil)
		}
	}
	u.Peers = append(u.Peers, p)
}

// option reads one word behind the address.
func (p *Peer) option(arg string) bool {
	key, value, _ := strings.Cut(arg, "=")
	var err error
	switch key {
	case "weight":
		p.Weight, err = strconv.Atoi(value)
	case "max_fails":
		p.MaxFails, err = strconv.Atoi(value)
	case "max_conns":
		p.MaxConns, err = strconv.Atoi(value)
	case "fail_timeout":
		var ok bool
		p.FailTimeout, ok = parseTime(value)
		return ok
	case "backup":
		p.Backup = true
	case "down":
		p.Down = true
	case "resolve":
		p.Resolve = true
	case "service", "slow_start", "route", "drain", "id": // newer and commercial ones
	default:
		return false
	}
	return err == nil
}

// Upstream is the block of that name, or nil. Names do not care for case.
func (c *Config) Upstream(name string) *Upstream { return c.upstreams[strings.ToLower(name)] }

// Upstreams are all upstream blocks, by name.
func (c *Config) Upstreams() []*Upstream {
	var all []*Upstream
	for _, name := range slices.Sorted(maps.Keys(c.upstreams)) {
		all = append(all, c.upstreams[name])
	}
	return all
}

// Keepalive is how many idle connections each worker keeps to the upstream; "0" is none, the default before
// nginx 1.29.7.
func (c *Config) Keepalive(u *Upstream) Setting {
	if own := u.Own("keepalive"); len(own) > 0 {
		return own[len(own)-1]
	}
	if c.built.since(1, 29, 7) {
		return Setting{Name: "keepalive", Args: []string{"32"}}
	}
	return Setting{Name: "keepalive", Args: []string{"0"}}
}

// Zone is the shared memory zone: without it each worker counts failures for itself.
func (u *Upstream) Zone() (name string, ok bool) {
	own := u.Own("zone")
	if len(own) == 0 {
		return "", false
	}
	return own[0].Value(), true
}
