package sysinfo

import (
	"path"
	"slices"
	"strings"

	"fix502/sysinfo/nginx"
)

// A dialect is how one kind of gateway understands its own configuration; Gateway.Extra is one.
type dialect interface {
	// answers is the site that a request gets which came in on addr and port ("" and 0: any, the scheme's).
	answers(g *Gateway, scheme, addr string, port int, host string) *Site
	// passes is the hop of a site that a page is handed to; nil when the gateway answers itself.
	passes(s *Site, uri string) *Hop
	// sends is the Host header that goes along.
	sends(h *Hop) string
	// sample are pages that a hop would have to answer.
	sample(h *Hop) []string
}

// answers is what its own configuration says; nil for a gateway that nobody here can read.
func (g *Gateway) answers(scheme, addr string, port int, host string) *Site {
	d, ok := g.Extra.(dialect)
	if !ok {
		return nil
	}
	return d.answers(g, scheme, addr, port, host)
}

func (n *Nginx) answers(g *Gateway, scheme, addr string, port int, host string) *Site {
	srv, _ := n.Config.Match(scheme, addr, port, host)
	if srv == nil {
		return nil
	}
	for _, s := range g.Sites {
		if s.Extra == any(srv) {
			return s
		}
	}
	return nil
}

func (n *Nginx) passes(s *Site, uri string) *Hop {
	srv, ok := s.Extra.(*nginx.Server)
	if !ok {
		return nil
	}
	p, _ := srv.PassFor(uri, func(name string) bool { return s.Gateway.Root.Exists(name) })
	if p == nil {
		return nil
	}
	i := slices.IndexFunc(s.Hops, func(h *Hop) bool { x, ok := h.Extra.(NginxHop); return ok && x.Pass == p })
	if i < 0 {
		return nil
	}
	return s.Hops[i]
}

func (n *Nginx) sends(h *Hop) string {
	x, ok := h.Extra.(NginxHop)
	if !ok {
		return h.Host
	}
	switch v := x.Pass.Header("Host").Value(); {
	case strings.Contains(v, "$proxy_host") || v == "":
		if h.Block != "" {
			return h.Block
		}
		return h.Host
	case strings.Contains(v, "$"):
		return h.Site.Name
	default:
		return v
	}
}

func (n *Nginx) sample(h *Hop) []string {
	x, ok := h.Extra.(NginxHop)
	if !ok || x.Pass.Location == nil {
		return nil
	}
	l := x.Pass.Location
	switch l.Modifier {
	case "", "=", "^~":
		return []string{l.Pattern}
	case "~", "~*":
		for _, try := range usualPages {
			if found, sure := x.Pass.Server.Locate(try); sure && found == l && h.Site.Gateway.Root.Exists(path.Join(x.Pass.Root().Value(), try)) {
				return []string{try}
			}
		}
	}
	return nil
}
