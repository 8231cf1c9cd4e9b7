package checks

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"sync"
	"time"

	"fix502/sysinfo"
)

// resolverSays is what one name server tells of a name.
type resolverSays struct {
	server     netip.Addr
	public     bool // not one of this machine's own
	addrs, six []netip.Addr
	err        error
}

func (r resolverSays) title() string {
	if r.public {
		return "public name server " + r.server.String()
	}
	return "name server " + r.server.String()
}

// strangersWait is how long the public ones may take: where a firewall keeps their answers out, nobody waits for them.
const strangersWait = 100 * time.Millisecond

// askedAll asks this machine's name servers and two public ones, all at once, for both kinds of address.
func askedAll(ctx context.Context, f *sysinfo.Facts, name string, own []netip.Addr) []resolverSays {
	var all []resolverSays
	for _, server := range own {
		all = append(all, resolverSays{server: server})
	}
	for _, server := range sysinfo.PublicNameServers() {
		if !slices.Contains(own, server) {
			all = append(all, resolverSays{server: server, public: true})
		}
	}
	short, cancel := context.WithTimeout(ctx, strangersWait)
	defer cancel()
	var wg sync.WaitGroup
	for i := range all {
		r, ctx := &all[i], ctx
		if r.public {
			ctx = short
		}
		at := netip.AddrPortFrom(r.server, 53)
		wg.Go(func() { r.addrs, r.err = f.AskResolver(ctx, at, name) })
		wg.Go(func() { r.six, _ = f.AskResolver6(ctx, at, name) }) // none is common
	}
	wg.Wait()
	return all
}

func resolverText(ctx context.Context, f *sysinfo.Facts, r resolverSays) string {
	if r.err != nil {
		return r.err.Error()
	}
	text := addrWords(ctx, f, r.addrs)
	if len(r.six) > 0 {
		text += "; " + addrWords(ctx, f, r.six)
	}
	return text
}

// agrees says that two name servers lead visitors to one place: to an address that both name, into one content network, or one of them into a network of
// somebody's own, where names lead elsewhere on purpose.
func (r resolverSays) agrees(o resolverSays) bool {
	if len(r.addrs) == 0 || len(o.addrs) == 0 {
		return len(r.addrs) == len(o.addrs) || r.public != o.public // a name of IPv6 alone, or a filter of one's own
	}
	inside := func(a netip.Addr) bool { return behindNAT(a) || a.IsLoopback() }
	if slices.ContainsFunc(r.addrs, inside) != slices.ContainsFunc(o.addrs, inside) && r.public != o.public {
		return true
	}
	return slices.ContainsFunc(r.addrs, func(a netip.Addr) bool {
		return slices.ContainsFunc(o.addrs, func(b netip.Addr) bool {
			return a == b || sysinfo.CDN(a) != "" && sysinfo.CDN(a) == sysinfo.CDN(b)
		})
	})
}

// sixAstray warns of an IPv6 address of a name that is not where its IPv4 address is, or that is here and not listened on. Who has IPv6 tries it first.
func sixAstray(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, told []resolverSays, found *Finding) {
	var four, six []netip.Addr
	for _, r := range told {
		four, six = append(four, r.addrs...), append(six, r.six...)
	}
	if len(four) == 0 {
		return
	}
	here := slices.ContainsFunc(four, func(a netip.Addr) bool { return local(ctx, f, a) })
	for _, a := range six {
		switch name := sysinfo.CDN(a); {
		case local(ctx, f, a):
			if ports := deafBySix(ctx, f, s, a); len(ports) > 0 {
				found.Status = Warn
				found.Summary = fmt.Sprintf("the name leads to %s as well (AAAA), this machine, where nothing listens by IPv6 on %s: visitors who have IPv6 do not get in", a, portList(ports))
				found.Fix = Fix{Title: "Listen by IPv6 too, or take the AAAA record away", Risk: Low}.Tell("nginx: listen [::]:80 and listen [::]:443 ssl beside the others; Apache: Listen 80 without an address. Then test and reload; or delete the AAAA record where the name is kept")
				return
			}
		case name == sysinfo.CDN(four[0]) && (name != "" || !here), name == "" && !here && !allBySix(sysinfo.CDN(four[0])):
		default:
			found.Status = Warn
			found.Summary = fmt.Sprintf("%s, and its IPv6 address (AAAA) leads elsewhere: %s", found.Summary, addrWords(ctx, f, []netip.Addr{a}))
			found.Fix = Fix{Title: "Let both addresses lead to one place", Risk: Low}.Tell("Where the name is kept (DNS): correct the AAAA record, or delete it; an old one is forgotten easily in a move")
			return
		}
	}
}

// allBySix says that all addresses are known to which a content network leads visitors by IPv6.
func allBySix(name string) bool { return listsOrigins(name) && len(sysinfo.CDNRanges(name, false)) > 0 }

// deafBySix are the ports of a site on which nobody listens at an IPv6 address of this machine.
func deafBySix(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, a netip.Addr) []int {
	if s == nil {
		return nil
	}
	all, err := f.Listeners(ctx, s.Gateway)
	if err != nil {
		return nil
	}
	var out []int
	for _, to := range shopWindows(ctx, f, s) {
		port := to.Port()
		heard := slices.ContainsFunc(all, func(l sysinfo.Socket) bool {
			at := l.Addr.Addr()
			return l.Network != "unix" && l.Addr.Port() == port && at.Is6() && (at.IsUnspecified() || at == a)
		})
		if !heard && !slices.Contains(out, int(port)) {
			out = append(out, int(port))
		}
	}
	return out
}
