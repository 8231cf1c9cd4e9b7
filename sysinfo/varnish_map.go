package sysinfo

import (
	"cmp"
	"context"
	"maps"
	"net/netip"
	"slices"
	"strconv"
	"strings"

	"fix502/sysinfo/varnish"
)

// Varnish is what the Varnish checks need of a Gateway beyond what every gateway has.
type Varnish struct {
	Config  *varnish.Config
	Options varnish.Options
	Binary  string
	Started string // the VCL that it is started with, where somebody loaded another by hand; else empty
}

func (f *Facts) runningVarnishes(ctx context.Context, procs []Proc) []*Gateway {
	masters, workers := running(procs, called("varnishd"))
	return f.runningGateways(ctx, "varnish", masters, workers, func(g *Gateway, p Proc) {
		v := &Varnish{Binary: p.Args[0], Options: varnish.ParseArgs(p.Args[1:])}
		g.Extra = v
		if active := f.activeVCL(ctx, g); active != "" && active != v.Options.VCL {
			v.Started, v.Options.VCL = v.Options.VCL, active
		}
		f.readVarnish(g, v)
		if u, ok := f.Unit(ctx, g.Unit); ok && u.Reloaded().After(g.Loaded) { // a new VCL comes by the command line, and no process is new
			g.Loaded = u.Reloaded()
		}
	})
}

// installedVarnish is one that does not run; nil when there is none.
func (f *Facts) installedVarnish(ctx context.Context) *Gateway {
	if !f.meantHere(ctx, "varnish.service", "/etc/varnish/default.vcl") {
		return nil
	}
	g := &Gateway{Kind: "varnish", Root: f.Host.Root, Creds: Creds{UID: -1, GID: -1}}
	u, ok := f.Unit(ctx, "varnish.service")
	if !ok || u.Exec == "" {
		return nil
	}
	f.readVarnish(g, &Varnish{Binary: "/usr/sbin/varnishd", Options: varnish.ParseArgs(f.environ(ctx, g, "/etc/default/varnish").fill(u.Exec))})
	return g
}

func (f *Facts) readVarnish(g *Gateway, v *Varnish) {
	v.Config = &varnish.Config{}
	if v.Options.VCL != "" {
		v.Config = varnish.Parse(g.Root, v.Options.VCL)
	}
	g.Extra, g.Config = v, v.Config.Path
	for _, p := range v.Config.Problems {
		g.Problems = append(g.Problems, Problem{p.Place, p.Text, p.Err})
	}
	g.newest(v.Config.Files)
	var listen []Listen
	var ports []int
	for _, word := range v.Options.Listens {
		l, ok := varnishListen(word)
		if ok {
			l.Proxied = slices.Contains(v.Options.Proxied, word)
			listen = append(listen, l)
			ports = append(ports, int(l.Addr.Port()))
		}
	}
	if len(listen) == 0 {
		return
	}
	named := map[string]bool{} // backends that one of the names may be given to
	hosts, spelt := v.Config.Hosts()
	for _, host := range append(hosts, "") {
		reach := v.Config.Reach(host)
		if host == "" { // the others have what nobody else is known to have, too
			for _, b := range v.Config.Backends {
				reach[b.Name] = reach[b.Name] || !named[b.Name]
			}
		}
		maps.Copy(named, reach)
		s := varnishSite(g, v, listen, ports, host, reach)
		s.Spelt = spelt[host]
		g.Sites = append(g.Sites, s)
	}
}

// varnishListen reads "-a :6081", "localhost:6081", "[::1]:80", "/run/varnish.sock"; 80 where no port is named.
func varnishListen(word string) (Listen, bool) {
	if strings.HasPrefix(word, "/") {
		return Listen{Unix: word}, true
	}
	host, port := word, 80
	if i := strings.LastIndexByte(word, ':'); i >= 0 && !strings.HasSuffix(word, "]") {
		host = word[:i]
		port, _ = strconv.Atoi(word[i+1:])
	}
	a := netip.IPv4Unspecified()
	switch host = strings.Trim(host, "[]"); host {
	case "", "0.0.0.0", "*":
	case "localhost":
		a = netip.AddrFrom4([4]byte{127, 0, 0, 1})
	default:
		var err error
		if a, err = netip.ParseAddr(host); err != nil {
			return Listen{}, false
		}
	}
	return Listen{Addr: netip.AddrPortFrom(a, uint16(port))}, port > 0 && port < 65536
}

func varnishHop(s *Site, b *varnish.Backend) *Hop {
	h := &Hop{Site: s, From: s.Gateway.Title(), To: peerKind("http"), Scheme: "http", Unix: b.Unix(), Block: b.Name, Label: b.Name, Location: "backend " + b.Name,
		Pass: b.Place, Where: b.Where(), Extra: b}
	if h.Unix == "" {
		h.Host, h.Port = b.Host(), b.Port()
	}
	h.Raw = b.Values[map[bool]string{true: "path", false: "port"}[h.Unix != ""]].Text
	var connect, read varnish.Place
	h.Settings.Connect, connect = b.Timeout("connect_timeout")
	h.Settings.Read, read = b.Timeout("first_byte_timeout")
	var between varnish.Place
	h.Settings.Between, between = b.Timeout("between_bytes_timeout")
	h.Settings.BufferSize, h.Settings.HeaderSize = 32<<10, 8<<10
	if v, ok := s.Gateway.Extra.(*Varnish); ok {
		h.Settings.BufferSize = v.Options.Size("http_resp_size", h.Settings.BufferSize)
		h.Settings.HeaderSize = v.Options.Size("http_resp_hdr_len", h.Settings.HeaderSize)
		if wait, set := v.Options.Timeout("first_byte_timeout"); set && read == (varnish.Place{}) {
			h.Settings.Read = wait
		}
		if wait, at, set := v.Config.Wait("first_byte_timeout"); set {
			h.Settings.Read, read = wait, at
		}
		if wait, at, set := v.Config.Wait("between_bytes_timeout"); set {
			h.Settings.Between, between = wait, at
		}
		if wait, set := v.Options.Timeout("between_bytes_timeout"); set && between == (varnish.Place{}) {
			h.Settings.Between = wait
		}
	}
	h.Settings.Send, h.Settings.ConnectWhere, h.Settings.ReadWhere, h.Settings.BetweenWhere = h.Settings.Read, connect, read, between
	return h
}

func (v *Varnish) answers(g *Gateway, scheme, addr string, port int, host string) *Site {
	if scheme != "http" {
		return nil
	}
	return byListen(g, scheme, addr, port, host)
}

// passes is the backend that the rules of its VCL choose; where they ask for more than host and page, it is a guess.
func (v *Varnish) passes(s *Site, uri string) *Hop {
	name, _ := v.Config.Route(s.Name, uri)
	for _, h := range s.Hops {
		if h.Block == name {
			return h
		}
	}
	return nil
}

// sends is the name that its rules set, else the visitor's: a backend's .host_header is for requests that have none.
func (v *Varnish) sends(h *Hop) string {
	return cmp.Or(v.Config.Renames.Text, h.Site.Name)
}

func (v *Varnish) sample(h *Hop) []string {
	if v.passes(h.Site, "/") == h {
		return []string{"/"}
	}
	return nil
}
