package sysinfo

import (
	"slices"
	"strings"

	"fix502/sysinfo/haproxy"
)

// ofUpstream are Caddy's words for the address that it asks (modules/caddyhttp/reverseproxy/reverseproxy.go); servers leave the port out of a name.
var ofUpstream = []string{"{upstream_hostport}", "{http.reverse_proxy.upstream.hostport}", "{http.reverse_proxy.upstream.host}"}

// Renames is the one name that a hop's gateway sends as the Host of every request, and the line that sets it; empty where it passes the visitor's
// on, or looks at something first.
func (h *Hop) Renames() (name string, at Place) {
	switch x := h.Site.Gateway.Extra.(type) {
	case *Varnish:
		return x.Config.Renames.Text, x.Config.Renames.Place
	case *HAProxy:
		return x.renames(h)
	case *Caddy:
		p, ok := h.Extra.(CaddyHop)
		switch name := p.Pass.Host.Text; {
		case ok && slices.Contains(ofUpstream, name):
			return h.Host, p.Pass.Host.Place
		case ok && !strings.Contains(name, "{"):
			return name, p.Pass.Host.Place
		}
	}
	return "", Place{}
}

// renames reads the rules of the frontend, then those of the backend: the last one counts.
func (h *HAProxy) renames(hop *Hop) (name string, at Place) {
	front, _ := hop.Site.Extra.(*haproxy.Section)
	for _, s := range []*haproxy.Section{front, h.Config.Backend(hop.Block)} {
		if s == nil {
			continue
		}
		for _, l := range s.All("http-request") {
			if len(l.Words) < 4 || l.Words[1] != "set-header" || !strings.EqualFold(l.Words[2], "host") {
				continue
			}
			if len(l.Words) > 4 || strings.Contains(l.Words[3], "%") {
				name, at = "", Place{}
				continue
			}
			name, at = l.Words[3], l.Place
		}
	}
	return name, at
}
