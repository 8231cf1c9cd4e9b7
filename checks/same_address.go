package checks

import (
	"context"
	"net/netip"
	"slices"

	"fix502/sysinfo"
)

// anyAsks says that a hop of this machine leads where another one does, and is as told. What is changed at that end is changed for all of
// them, also for the sites that this run is not about.
func anyAsks(ctx context.Context, f *sysinfo.Facts, at *sysinfo.Hop, is func(*sysinfo.Hop) bool) bool {
	gateways, _ := f.Gateways(ctx) // none: nobody asks
	for _, g := range gateways {
		for _, s := range g.Sites {
			for _, h := range s.Hops {
				if is(h) && sameEnd(f.Host.Root, h, at) {
					return true
				}
			}
		}
	}
	return false
}

// sameEnd says that two hops lead to one socket, or to one port of one machine.
func sameEnd(r sysinfo.Root, a, b *sysinfo.Hop) bool {
	if a.Unix != "" || b.Unix != "" {
		return a.Unix != "" && b.Unix != "" && sysinfo.SamePath(r, a.Unix, b.Unix)
	}
	return a.Port == b.Port && (a.Host == b.Host || slices.ContainsFunc(a.Addrs, func(one netip.Addr) bool { return slices.Contains(b.Addrs, one) }))
}
