package sysinfo

import (
	"context"
	"fmt"
	"slices"
	"strings"
)

// Inner is the site of a gateway on this machine that is at the other end of a hop, nil when an app is.
func (f *Facts) Inner(ctx context.Context, h *Hop) *Site {
	gateways, err := f.Gateways(ctx)
	if err != nil || h.Site.Gateway.Kind == Visitors { // what listens there by its configuration is a package that is off
		return nil
	}
	if h.Unix != "" {
		return f.onSocket(ctx, gateways, h)
	}
	if len(h.Addrs) == 0 {
		return nil
	}
	if !h.Addrs[0].IsLoopback() {
		if r := f.Reach(ctx, h); !r.Local {
			return nil
		}
	}
	for _, g := range gateways {
		if g.Net != h.Site.Gateway.Net || !f.listensAt(g, h.Port) {
			continue
		}
		if s := g.answers(h.Scheme, h.Addrs[0].String(), h.Port, f.Sends(ctx, h)); s != nil {
			return s
		}
	}
	return nil
}

// onSocket is the site of a gateway that listens at the socket of a hop: the one that goes by the name that is sent along, else the first.
func (f *Facts) onSocket(ctx context.Context, gateways []*Gateway, h *Hop) *Site {
	bySocket, _ := Memo(f, "sites by socket", func() (map[string][]*Site, error) {
		out := map[string][]*Site{}
		for _, g := range gateways {
			for _, s := range g.Sites {
				for _, l := range s.Listen {
					if l.Unix != "" {
						out[InRun(l.Unix)] = append(out[InRun(l.Unix)], s)
					}
				}
			}
		}
		return out, nil
	})
	var first *Site
	for _, s := range bySocket[InRun(h.Unix)] {
		if s == h.Site || s.Gateway.Net != h.Site.Gateway.Net {
			continue
		}
		if name := f.Sends(ctx, h); name != "" && (slices.Contains(s.Names, name) || slices.ContainsFunc(s.Names, func(n string) bool { return wild(n, name) })) {
			return s
		}
		if first == nil {
			first = s
		}
	}
	return first
}

// InRun is a path by its name in /run, where /var/run leads.
func InRun(name string) string {
	if rest, ok := strings.CutPrefix(name, "/var/run/"); ok {
		return "/run/" + rest
	}
	return name
}

// listensAt says that a site of a gateway listens at a port: thousands of hops lead to none.
func (f *Facts) listensAt(g *Gateway, port int) bool {
	ports, _ := Memo(f, fmt.Sprintf("ports of %p", g), func() (map[int]bool, error) {
		out := map[int]bool{}
		for _, s := range g.Sites {
			for _, l := range s.Listen {
				out[int(l.Addr.Port())] = true
			}
		}
		return out, nil
	})
	return len(ports) == 0 || ports[port]
}

// Sends is the Host header that comes through a hop; most gateways hand the visitor's on.
func (f *Facts) Sends(ctx context.Context, h *Hop) string {
	name := h.sends()
	if name == h.Site.Name {
		name, _ = f.visitedAs(ctx, h.Site)
	}
	return name
}

// sends is the Host header that a hop's gateway puts on.
func (h *Hop) sends() string {
	if d, ok := h.Site.Gateway.Extra.(dialect); ok {
		return d.sends(h)
	}
	return h.Host
}
