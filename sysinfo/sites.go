package sysinfo

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strings"

	"fix502/sysinfo/haproxy"
)

// maxSites is how many sites one run asks; more are judged from their configuration and logs alone.
const maxSites = 40

// Sites are the sites this run is about: the one of the URL, or else all that can fail, the ones with failures
// in the logs first.
func (f *Facts) Sites(ctx context.Context) []*Site {
	sites, _ := f.sites.get(func() ([]*Site, error) { return f.findSites(ctx), nil }) // none is an answer
	return sites
}

func (f *Facts) findSites(ctx context.Context) []*Site {
	gateways, err := f.Gateways(ctx)
	if err != nil {
		return nil
	}
	if s := f.Target(ctx); s != nil {
		return f.chain(ctx, []*Site{s}, 0)
	}
	var out []*Site
	for _, g := range gateways {
		out = append(out, g.Sites...)
	}
	if len(out) > maxSites {
		out = f.noisiest(ctx, out)
	}
	return out
}

// maxTiers bounds how many gateways one request is followed through: a loop has no end.
const maxTiers = 5

// chain adds the sites of inner gateways that a site's requests are passed to.
func (f *Facts) chain(ctx context.Context, sites []*Site, tier int) []*Site {
	if tier == maxTiers {
		return sites
	}
	last := sites[len(sites)-1]
	for _, h := range last.Hops {
		if in := f.Inner(ctx, h); in != nil && !slices.Contains(sites, in) {
			sites = f.chain(ctx, append(sites, in), tier+1)
		}
	}
	return sites
}

// Inner is the site of a gateway on this machine that is at the other end of a hop, nil when an app is.
func (f *Facts) Inner(ctx context.Context, h *Hop) *Site {
	gateways, err := f.Gateways(ctx)
	if err != nil {
		return nil
	}
	if h.Unix != "" {
		return f.onSocket(gateways, h)
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
		if s := g.answers(h.Scheme, h.Addrs[0].String(), h.Port, h.sends()); s != nil {
			return s
		}
	}
	return nil
}

// onSocket is the site of a gateway that listens at the socket of a hop: the one that goes by the name that is sent along, else the first.
func (f *Facts) onSocket(gateways []*Gateway, h *Hop) *Site {
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
		if name := h.sends(); name != "" && (slices.Contains(s.Names, name) || slices.ContainsFunc(s.Names, func(n string) bool { return wild(n, name) })) {
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

// sends is the Host header that a hop's gateway puts on.
func (h *Hop) sends() string {
	if d, ok := h.Site.Gateway.Extra.(dialect); ok {
		return d.sends(h)
	}
	return h.Host
}

// Target is the site that answers the URL, nil without a URL or when no gateway here would answer it.
func (f *Facts) Target(ctx context.Context) *Site {
	if f.URL == "" {
		return nil
	}
	gateways, err := f.Gateways(ctx)
	if err != nil {
		return nil
	}
	return f.targetOf(ctx, gateways)
}

func (f *Facts) targetOf(ctx context.Context, gateways []*Gateway) *Site {
	u, err := url.Parse(f.URL)
	if err != nil || u.Hostname() == "" {
		return nil
	}
	port := 0
	if p := u.Port(); p != "" {
		port, _ = net.LookupPort("tcp", p)
	}
	for _, g := range gateways {
		if s := g.answers(u.Scheme, f.cameBy(ctx, u.Hostname()), port, u.Host); s != nil {
			return s
		}
	}
	return nil
}

// callTarget gives the site that this run is about the name it was asked by: the first of several may be another customer's, and Varnish and
// a frontend or server block for all that comes have none. A name that a frontend of HAProxy's sends nowhere is a site without hops.
func (f *Facts) callTarget(ctx context.Context, gateways []*Gateway) {
	u, err := url.Parse(f.URL)
	if err != nil || u.Hostname() == "" {
		return
	}
	s := f.targetOf(ctx, gateways)
	if s != nil && (len(s.Names) == 0 || slices.Contains(s.Names, u.Hostname()) || slices.ContainsFunc(s.Names, func(n string) bool { return wild(n, u.Hostname()) })) {
		s.Name = u.Hostname()
		if front, ok := s.Extra.(*haproxy.Section); ok && len(s.Names) == 0 { // a part of the name may send it elsewhere than the rest
			s.Hops = haproxyHops(s, s.Gateway.Extra.(*HAProxy).Config, front, s.Name)
		}
	}
	for _, g := range gateways {
		if rest := len(g.Sites) - 1; g.Kind == "varnish" && rest >= 0 && !slices.ContainsFunc(g.Sites, func(s *Site) bool { return slices.Contains(s.Names, u.Hostname()) }) {
			g.Sites[rest].Name = u.Hostname() // behind another gateway too: it is asked by that name, and its rules look at it
		}
		h, ok := g.Extra.(*HAProxy)
		if !ok || s != nil {
			continue
		}
		for _, front := range h.Config.Proxies("frontend", "listen") {
			if unnamed := haproxyUnnamed(g, h.Config, front, u.Hostname()); unnamed != nil {
				g.Sites = append(g.Sites, unnamed)
			}
		}
	}
}

// cameBy is the address of this machine by which visitors of a name come, empty where the name leads elsewhere (a CDN, a
// router) or is not known: a server block that listens on one address takes that one's visitors away from all others.
func (f *Facts) cameBy(ctx context.Context, name string) string {
	a, _ := Memo(f, "came by "+name, func() (string, error) {
		for _, a := range f.lookup(ctx, name, readHosts(f.Host.Root)) {
			if a.IsLoopback() {
				return a.Unmap().String(), nil
			}
			if r, err := f.Host.Route(ctx, a); err == nil && r.Kind == "local" {
				return a.Unmap().String(), nil
			}
		}
		return "", nil
	})
	return a
}

// Serves says that at least one gateway was found here.
func (f *Facts) Serves(ctx context.Context) bool {
	g, err := f.Gateways(ctx)
	return err == nil && len(g) > 0
}
