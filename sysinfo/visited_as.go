package sysinfo

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
)

// visitedAs is the name by which visitors come to a site: that of the page which is asked about, where the site takes it, else its own. One without
// any, a balancer's mostly, hands on what comes: it is asked by the first name that a gateway behind it goes by, and handed says so.
func (f *Facts) visitedAs(ctx context.Context, s *Site) (name string, handed bool) {
	if u, err := url.Parse(f.URL); err == nil && u.Hostname() != "" && (s.Called(u.Hostname()) || s.nameless()) {
		return u.Hostname(), u.Port() == ""
	}
	if !s.nameless() {
		return s.Name, false
	}
	if name, _ = Memo(f, fmt.Sprintf("name behind %p", s), func() (string, error) { return f.nameBehind(ctx, s, 1), nil }); name != "" {
		return name, true
	}
	return s.Name, false
}

// VisitedAs is the name by which visitors come to a site, in words that can be typed.
func (f *Facts) VisitedAs(ctx context.Context, s *Site) string {
	name, _ := f.visitedAs(ctx, s)
	return name
}

// nameless says that no name of a site's is one that a visitor could type.
func (s *Site) nameless() bool {
	return strings.HasPrefix(s.Name, "localhost") && !slices.Contains(s.Names, s.Name)
}

// nameBehind is the first name among the sites of other gateways here to which a site's requests come over loopback, empty when none has one.
func (f *Facts) nameBehind(ctx context.Context, s *Site, tier int) string {
	gateways, err := f.Gateways(ctx)
	if tier == maxTiers || err != nil {
		return ""
	}
	for _, h := range s.Hops {
		if len(h.Addrs) == 0 || !h.Addrs[0].IsLoopback() {
			continue
		}
		for _, g := range gateways {
			if g == s.Gateway || g.Net != s.Gateway.Net || !f.listensAt(g, h.Port) {
				continue
			}
			if name := f.nameAt(ctx, g, h.Port, tier); name != "" {
				return name
			}
		}
	}
	return ""
}

func (f *Facts) nameAt(ctx context.Context, g *Gateway, port, tier int) string {
	for _, s := range g.Sites {
		switch {
		case !slices.ContainsFunc(s.Listen, func(l Listen) bool { return int(l.Addr.Port()) == port }):
		case !s.nameless():
			return s.Name
		default:
			if name := f.nameBehind(ctx, s, tier+1); name != "" {
				return name
			}
		}
	}
	return ""
}
