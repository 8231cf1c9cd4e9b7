package checks

import (
	"context"
	"fmt"
	"net/netip"

	"fix502/sysinfo"
)

// stray is a program of this machine that listens, answers HTTP, belongs to no service and is asked by no site.
type stray struct {
	addr    string
	proc    sysinfo.Proc
	in      sysinfo.Container // for which it listens
	isProxy bool              // it only does so for a container
}

// strayListener is where the only one listens: a container that was made anew with another port, an app that somebody started by hand.
func strayListener(ctx context.Context, f *sysinfo.Facts, l *live) (addr, because string) {
	s, ok := theStray(ctx, f, l)
	switch {
	case !ok:
		return "", ""
	case s.isProxy:
		return s.addr, fmt.Sprintf("container %s listens on %s for the machine, and no site asks it", s.in.Name, s.addr)
	}
	return s.addr, fmt.Sprintf("%s (pid %d) listens on %s, and no site asks it", s.proc.Name, s.proc.PID, s.addr)
}

// theStray is the only one; false where there are several, for nobody can know then.
func theStray(ctx context.Context, f *sysinfo.Facts, l *live) (only stray, ok bool) {
	all, err := f.Listeners(ctx, l.Site.Gateway)
	if err != nil || l.Unix != "" || l.Scheme != "http" || !l.hit { // for each of thousands of dead hops nobody is asked
		return stray{}, false
	}
	for _, s := range all {
		p, known := f.OwnerOf(ctx, s)
		if !known || s.Network != "tcp" || isDatabasePort(int(s.Addr.Port())) || s.Addr.Addr().Is6() && !s.Addr.Addr().IsUnspecified() {
			continue
		}
		c, proxy := f.Publisher(ctx, p, int(s.Addr.Port()))
		if !proxy && f.UnitOf(p.PID) != "" || proxy && !mayServe(ctx, f, l, c) {
			continue
		}
		a := dialAt(sysinfo.Listen{Addr: s.Addr})
		again := ok && proxy && only.in.Name == c.Name && samePort(a, only.addr) // Docker has a helper for each family
		if f.Wanted(ctx, a) || a == only.addr || again && s.Addr.Addr().Is6() || !servesHere(ctx, f, l, a) {
			continue
		}
		if ok && !again {
			return stray{}, false
		}
		only, ok = stray{addr: a, proc: p, in: c, isProxy: proxy}, true
	}
	return only, ok
}

// mayServe says that a container may be a site's app: by its name it is neither another site's nor a tool of the admin's.
func mayServe(ctx context.Context, f *sysinfo.Facts, l *live, c sysinfo.Container) bool {
	u, ok := f.Unit(ctx, c.Service())
	return ok && !ofOtherSite(ctx, f, l.Site, u) && !innerTool(l.Site, u)
}

func samePort(a, b string) bool {
	x, err := netip.ParseAddrPort(a)
	y, err2 := netip.ParseAddrPort(b)
	return err == nil && err2 == nil && x.Port() == y.Port()
}
