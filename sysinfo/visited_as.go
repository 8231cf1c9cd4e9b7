package sysinfo

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
)

// mostNames is how many names of the sites behind it a nameless site is tried with.
const mostNames = 20

// visitedAs is the name by which visitors come to a site: that of the page which is asked about, where the site takes it, else its own. One without
// any, a balancer's mostly, hands on what comes: it is asked by the first name that a gateway behind it goes by, and handed says so.
func (f *Facts) visitedAs(ctx context.Context, s *Site) (name string, handed bool) {
	if u := f.AskedURL(); u != nil && (s.Called(u.Hostname()) || s.nameless() && s.takes(u.Hostname())) {
		return u.Hostname(), u.Port() == ""
	}
	if !s.nameless() {
		return s.Name, false
	}
	name, _ = Memo(f, fmt.Sprintf("name behind %p", s), func() (string, error) {
		tries := mostNames
		return f.nameBehind(ctx, s, func(name string) bool { tries--; return tries >= 0 && s.takes(name) }, 1), nil
	})
	if name != "" {
		return name, true
	}
	return s.Name, false
}

// takes says that a site of its gateway's is the one that answers a name: another one may have it for its own.
func (s *Site) takes(name string) bool {
	return slices.ContainsFunc(s.Listen, func(l Listen) bool {
		scheme := "http"
		if l.TLS {
			scheme = "https"
		}
		return l.Unix != "" || s.Gateway.answers(scheme, "", int(l.Addr.Port()), name) == s
	})
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

// nameBehind is the first name, of those that are wanted, among the sites of other gateways here to which a site's requests come over loopback;
// empty when none has one.
func (f *Facts) nameBehind(ctx context.Context, s *Site, wanted func(string) bool, tier int) string {
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
			if name := f.nameAt(ctx, g, h.Port, wanted, tier); name != "" {
				return name
			}
		}
	}
	return ""
}

func (f *Facts) nameAt(ctx context.Context, g *Gateway, port int, wanted func(string) bool, tier int) string {
	for _, s := range g.Sites {
		switch {
		case !slices.ContainsFunc(s.Listen, func(l Listen) bool { return int(l.Addr.Port()) == port }):
		case !s.nameless():
			if wanted(s.Name) {
				return s.Name
			}
		default:
			if name := f.nameBehind(ctx, s, wanted, tier+1); name != "" {
				return name
			}
		}
	}
	return ""
}

// Title is the name of a site for people: its own, or, where it takes every name, the one by which its visitors call it.
func (f *Facts) Title(ctx context.Context, s *Site) string {
	if !s.nameless() {
		return s.Title()
	}
	name, _ := Memo(f, fmt.Sprintf("title %p", s), func() (string, error) {
		if name, handed := f.visitedAs(ctx, s); handed {
			return name, nil
		}
		return cmp.Or(f.heardAs(ctx, s), f.hostsName(ctx, s)), nil
	})
	return cmp.Or(name, s.Title())
}

// heardAs is the one name by which the visitors whom a site failed called it, as the logs have it; empty where there are several, or none.
func (f *Facts) heardAs(ctx context.Context, s *Site) string {
	logs, err := f.Logs(ctx)
	if err != nil {
		return ""
	}
	heard := ""
	for _, g := range logs.Groups {
		for _, l := range g.Latest {
			host, _, _ := strings.Cut(l.Host, ":")
			if _, err := netip.ParseAddr(host); err == nil || !strings.Contains(host, ".") || !s.Wrote(&l) || !s.takes(host) {
				continue
			}
			if heard != "" && heard != host {
				return ""
			}
			heard = host
		}
	}
	return heard
}

// hostsName is the one name in the hosts file by which this machine itself may call a site that takes every name; empty where there are several, or
// none. The names of apps and of the machine stand there as well, and are no site's.
func (f *Facts) hostsName(ctx context.Context, s *Site) string {
	gateways, err := f.Gateways(ctx)
	if s.Name != "localhost" || err != nil { // on another port it is seldom what visitors call by a name
		return ""
	}
	inner := map[string]bool{}
	for _, g := range gateways {
		for _, other := range g.Sites {
			for _, h := range other.Hops {
				inner[strings.ToLower(h.Host)] = true
			}
		}
	}
	known := ""
	for name, addrs := range f.HostNames(s.Gateway) {
		far := slices.ContainsFunc(addrs, func(a netip.Addr) bool { return !a.IsLoopback() || a == debiansOwn })
		if far || inner[name] || !strings.Contains(name, ".") || strings.HasPrefix(name, "localhost") || !s.takes(name) {
			continue
		}
		if known != "" {
			return ""
		}
		known = name
	}
	return known
}

// debiansOwn is the address that Debian's installer gives the machine's own name (Debian's reference manual, "The hostname resolution").
var debiansOwn = netip.AddrFrom4([4]byte{127, 0, 1, 1})
