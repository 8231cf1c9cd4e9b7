package checks

import (
	"context"
	"net/netip"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/phpfpm"
)

// ofLoopback says that only this machine can reach an address.
func ofLoopback(host string) bool {
	a, err := netip.ParseAddr(strings.Trim(host, "[]"))
	return host == "localhost" || err == nil && a.IsLoopback()
}

// poolUnasked says that no site of this machine goes to a pool, that its file has no other pool in it, and that others are left: it was a
// customer's who is gone.
func poolUnasked(ctx context.Context, f *sysinfo.Facts, d *fpmDown, pool *phpfpm.Pool) bool {
	if pool == nil || len(d.fpm.Config.Pools) < 2 || pool.Place.File != d.place.File || !onlyPool(f, pool) {
		return false
	}
	if a, ok := pool.Listen(); !ok || a.Network != "unix" && !ofLoopback(a.Host) {
		return false // a gateway of another machine may ask for it
	}
	gateways, err := f.Gateways(ctx)
	if err != nil {
		return false
	}
	for _, g := range gateways {
		for _, h := range allHops(g) {
			if _, its := f.PoolOf(ctx, h); its == pool || h.Variable {
				return false
			}
		}
	}
	return true
}

// onlyPool says that a pool's file has no other pool in it, and may be renamed.
func onlyPool(f *sysinfo.Facts, pool *phpfpm.Pool) bool {
	own := phpfpm.Read(f.Host.Root, pool.Place.File).Pools
	return len(own) == 1 && own[0].Name == pool.Name && !f.Host.Root.Exists(pool.Place.File+".off")
}
