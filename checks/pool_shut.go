package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
)

// openPool completes a fix that points the gateway to a pool's socket where the gateway could not use it then. A pool that others ask, too, stays as it is.
func openPool(ctx context.Context, f *sysinfo.Facts, l *live, c poolCandidate, found *Finding) {
	g := l.Site.Gateway
	locked := c.unix() && g.Chroot != "" && g.Chroot != "/" // HAProxy: it sees no socket outside
	if !locked && mayUse(f, l, c) {
		return
	}
	alone := c.fpm.Running() && len(othersAsk(ctx, f, l, c)) == 0
	users, err := f.Users(ctx)
	switch {
	case alone && locked && l.Unix == "" && l.reach.Local:
		at := c.at.Place
		x := Fix{Title: fmt.Sprintf("Let pool %s listen where %s asks", c.pool.Name, l.Site.Name), Risk: Medium, Undo: setLine(f.Host.Root, at, configLine(f.Host.Root, at))}
		found.Where = at
		found.Fix = fpmRestart(c.fpm, x.Do(fmt.Sprintf("Correct %s: %s is locked into %s and sees no socket outside", at, l.From, g.Chroot), "%s", setLine(f.Host.Root, at, "listen = "+l.Address())))
	case alone && !locked && err == nil:
		steps, _ := f.Host.Root.Walk(c.at.Path)
		d, there := steps[len(steps)-1], *l
		there.reach.Denied = &d
		_, share := poolSocketFix(f, &there, c.fpm, c.pool, users.Name(g.Creds.UID), users)
		found.Fix.Risk = share.Risk
		found.Fix.Steps = append(share.Steps, found.Fix.Steps...)
		found.Fix.Undo = undoAll([]string{share.Undo, found.Fix.Undo})
	default:
		found.Fix = found.Fix.Tell("The socket %s belongs to others: if %s then says permission denied, run fix502 again", c.at.Path, l.From)
	}
}
