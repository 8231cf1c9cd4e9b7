package sysinfo

import (
	"context"
	"net"
	"net/url"
	"slices"

	"fix502/sysinfo/haproxy"
	"fix502/sysinfo/nginx"
)

// AskedURL is the address that this run is about; nil without one, or where it has no host.
func (f *Facts) AskedURL() *url.URL {
	u, err := url.Parse(f.URL)
	if err != nil || u.Hostname() == "" {
		return nil
	}
	return u
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

// OnTheWay says that the page of the URL goes through a hop: it is the one of its site, or it may be one of a gateway behind that.
func (f *Facts) OnTheWay(ctx context.Context, h *Hop) bool {
	u, s := f.AskedURL(), f.Target(ctx)
	if u == nil || s == nil {
		return false
	}
	first := f.PageOf(s, u.RequestURI())
	return first != nil && (first == h || first.Site == h.Site && first.Pass == h.Pass || slices.Contains(f.Beyond(ctx, first), h.Site))
}

func (f *Facts) targetOf(ctx context.Context, gateways []*Gateway) *Site {
	u := f.AskedURL()
	if u == nil {
		return nil
	}
	port := 0
	if p := u.Port(); p != "" {
		port, _ = net.LookupPort("tcp", p)
	}
	for _, g := range gateways {
		addr, at := f.cameBy(ctx, u.Hostname()), port
		if own := g.publishes(u.Scheme, port); own > 0 {
			addr, at = "", own
		}
		if s := g.answers(u.Scheme, addr, at, u.Host); s != nil {
			return s
		}
	}
	return nil
}

// publishes is the port at which a gateway in a container gets the visitors of a port of the machine; 0 where they come as they are.
func (g *Gateway) publishes(scheme string, port int) int {
	if !g.Foreign || g.Container == nil {
		return 0
	}
	switch {
	case port == 0 && scheme == "https":
		port = 443
	case port == 0:
		port = 80
	}
	i := slices.IndexFunc(g.Container.Ports, func(p Published) bool { return p.Host == port })
	if i < 0 {
		return 0
	}
	return g.Container.Ports[i].Port
}

// callTarget gives the site that this run is about the name it was asked by: the first of several may be another customer's, and Varnish and
// a frontend or server block for all that comes have none. A name that a frontend of HAProxy's sends nowhere is a site without hops.
func (f *Facts) callTarget(ctx context.Context, gateways []*Gateway) {
	u := f.AskedURL()
	if u == nil {
		return
	}
	s := f.targetOf(ctx, gateways)
	if s != nil && s.mayBe(u.Hostname()) {
		s.Name, s.Spelt = u.Hostname(), ""
		if front, ok := s.Extra.(*haproxy.Section); ok && len(s.Names) == 0 { // a part of the name may send it elsewhere than the rest
			s.Hops = haproxyHops(s, s.Gateway.Extra.(*HAProxy).Config, front, s.Name)
		}
	}
	for _, g := range gateways {
		if rest := len(g.Sites) - 1; g.Kind == "varnish" && rest >= 0 && !slices.ContainsFunc(g.Sites, func(s *Site) bool { return slices.Contains(s.Names, u.Hostname()) }) {
			g.Sites[rest].Name = u.Hostname() // behind another gateway too: it is asked by that name, and its rules look at it
			alsoFor(g.Sites[rest], u.Hostname())
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

// mayBe says that a name is one of a site's, or fits what its names are like; one that has none takes every name.
func (s *Site) mayBe(host string) bool {
	if srv, ok := s.Extra.(*nginx.Server); ok && s.Spelt != "" && srv.Takes(host) {
		return true
	}
	return len(s.Names) == 0 || s.named(host)
}

func (s *Site) named(host string) bool {
	return slices.ContainsFunc(s.Names, func(n string) bool { return n == host || wild(n, host) })
}

// AskedByName says that a site has the name of the URL for its own: it does not just take what no other does.
func (f *Facts) AskedByName(s *Site) bool {
	u := f.AskedURL()
	return u != nil && s.named(u.Hostname())
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
