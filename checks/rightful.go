package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
)

// rightful is where a hop that leads to the wrong place most likely should lead, and why: where its twin leads that
// works, the same location of the same site's other server block, or where the app listens that no site asks.
func rightful(ctx context.Context, f *sysinfo.Facts, l *live) (addr, because string) {
	for _, s := range l.Site.Gateway.Sites {
		if s == l.Site || !sameNames(s, l.Site) {
			continue
		}
		for _, h := range s.Hops {
			if h.Location == l.Location && h.Scheme == l.Scheme && h.Address() != l.Address() && f.Reach(ctx, h).Open() {
				return h.Address(), fmt.Sprintf("%s sends %s of the same site to %s, and somebody listens there", h.Where, h.Location, h.Address())
			}
		}
	}
	app := f.AppFor(ctx, l.Hop)
	if (!app.Listens() || app.Addr == l.Address()) && l.Scheme != "fastcgi" { // the hop names another program's address, not the app's
		app = f.Unasked(ctx)
	}
	if app.Listens() && !app.Dark && app.Addr != l.Address() {
		return app.Addr, fmt.Sprintf("%s listens on %s, and no site asks it", unitWord(app.Unit.Name), app.Addr)
	}
	return "", ""
}
