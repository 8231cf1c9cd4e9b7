package sysinfo

import (
	"cmp"
	"context"
	"slices"

	"fix502/sysinfo/caddy"
)

// caddyResumed is a Caddy that goes on with what it was last given ("caddy run --resume"; cmd/commandfuncs.go, cmdRun), with that as its configuration:
// of a file beside it nothing is read, at no start either. Nil where it was not started so, or was given nothing yet, or neither the file nor Caddy
// itself tells what.
func (f *Facts) caddyResumed(ctx context.Context, p Proc, file *Gateway) *Gateway {
	if !slices.Contains(p.Args, "--resume") && !slices.Contains(p.Args, "-resume") {
		return nil
	}
	read, _ := file.Extra.(*Caddy)
	c := &Caddy{Binary: read.Binary, Saved: true, File: file}
	g := f.runningGateway(ctx, "caddy", p, nil)
	g.Extra, g.User = c, file.User
	f.resolveHops(ctx, file)
	for _, name := range f.caddySaves(ctx, g) {
		if saved := caddy.Parse(g.Root, name, caddy.Environ{}); len(saved.Problems) == 0 && len(saved.Files) > 0 {
			c.Config, g.Config = saved, name
			g.newest(saved.Files)
			f.caddySites(g, c)
			return g
		}
	}
	g.Config, c.Config = f.caddySaves(ctx, g)[0], read.Config // its admin API is where the file says, as far as is known
	runs, err := f.CaddyRuns(ctx, g)
	if err != nil {
		return nil
	}
	c.Config = &caddy.Config{Path: g.Config, Sites: runs.Sites, Admin: cmp.Or(runs.Admin, read.Config.Admin), Logs: runs.Logs, Ports: read.Config.Ports}
	f.caddySites(g, c)
	return g
}
