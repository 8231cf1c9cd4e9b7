package checks

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"fix502/sysinfo"
	"fix502/sysinfo/nginx"
)

// keepsFromItself finds an address of nginx's files that a reload cannot open, because the running nginx itself holds another one that
// collides with it. nginx opens the new addresses before it closes the old ones (ngx_init_cycle): it logs "bind() … failed (98" and keeps
// the old configuration whole, while "nginx -t" and "systemctl reload" say that all is well. A start anew closes them first.
func keepsFromItself(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) (held sysinfo.Socket, wanted netip.AddrPort, ok bool) {
	type clash struct {
		held   sysinfo.Socket
		wanted netip.AddrPort
		ok     bool
	}
	c, _ := sysinfo.Memo(f, fmt.Sprintf("keeps from itself %p", g), func() (c clash, err error) { // thousands of sites may have to be mended, each with a reload
		c.held, c.wanted, c.ok = inItsWay(ctx, f, g)
		return c, nil
	})
	return c.held, c.wanted, c.ok
}

func inItsWay(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) (held sysinfo.Socket, wanted netip.AddrPort, ok bool) {
	listeners, err := f.Listeners(ctx, g)
	if err != nil || g.Kind != "nginx" {
		return held, wanted, false
	}
	own := func(s sysinfo.Socket) bool {
		p, ok := f.OwnerOf(ctx, s)
		return ok && (p.PID == g.PID || slices.Contains(g.Workers, p.PID))
	}
	all := opens(g)
	for _, a := range slices.SortedFunc(maps.Keys(all), netip.AddrPort.Compare) {
		both := all[a]
		if slices.ContainsFunc(listeners, func(s sysinfo.Socket) bool { return s.Network == "tcp" && s.Addr == a && (!both || !s.V6Only) }) {
			continue // a reload hands it on
		}
		for _, s := range listeners {
			if s.Network == "tcp" && s.Addr.Port() == a.Port() && (collide(s, a) || both) && own(s) {
				return s, a, true
			}
		}
	}
	return held, wanted, false
}

// opens are the TCP addresses that nginx opens for its servers, and whether for both families: beside the one that listens on all
// addresses of its family the others of the port are not opened (ngx_http_init_listening).
func opens(g *sysinfo.Gateway) map[netip.AddrPort]bool {
	out := map[netip.AddrPort]bool{}
	taken := map[netip.AddrPort]bool{} // by a socket for both families
	for _, s := range g.Sites {
		server, ok := s.Extra.(*nginx.Server)
		if !ok {
			continue
		}
		for _, l := range server.Listens {
			addr, err := netip.ParseAddr(l.Host)
			if err != nil || l.Port != l.LastPort {
				continue
			}
			a := netip.AddrPortFrom(addr, uint16(l.Port))
			if l.Both && addr.Is4() { // the other half of the same line
				taken[a] = true
				continue
			}
			out[a] = out[a] || l.Both
		}
	}
	for a := range out {
		all := netip.IPv4Unspecified()
		if a.Addr().Is6() {
			all = netip.IPv6Unspecified()
		}
		_, wide := out[netip.AddrPortFrom(all, a.Port())]
		if wide && a.Addr() != all || taken[a] {
			delete(out, a)
		}
	}
	return out
}
