package checks

import (
	"context"
	"fmt"
	"io/fs"

	"fix502/sysinfo"
)

// ownSocketLeft: a gateway that was killed leaves the socket file on which it listened itself, and at its start nginx and Apache find the
// address in use (98), though nobody listens there (bind(2), EADDRINUSE; unix(7)).
func ownSocketLeft(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) (file string, at sysinfo.Place) {
	listeners, err := f.Listeners(ctx, g)
	if err != nil || g.Running() || g.Foreign {
		return "", at
	}
	for _, s := range g.Sites {
		for _, l := range s.Listen {
			if l.Unix == "" {
				continue
			}
			i, err := g.Root.Lstat(l.Unix)
			if err != nil || i.Mode&fs.ModeSocket == 0 {
				continue
			}
			held := false
			for _, other := range listeners {
				held = held || other.Network == "unix" && sysinfo.SamePath(g.Root, other.Path, l.Unix)
			}
			if !held {
				return l.Unix, l.Place
			}
		}
	}
	return "", at
}

// takeAway removes the file before the start.
func takeAway(g *sysinfo.Gateway, u sysinfo.Unit, found *Finding, file string, at sysinfo.Place) *Finding {
	found.Where = at
	found.Summary = fmt.Sprintf("%s does not start: it was killed, and left its own socket %s behind, at which nobody listens", g.Title(), file)
	found.Evidence = append(found.Evidence, lineOf(g.Root, at), Evidence{Source: "ss -lx", Text: "no listening socket is bound to " + file})
	x := Fix{Title: "Take the socket away, then start " + g.Title(), Risk: Low}.Do("Nobody listens at it; "+g.Title()+" makes it anew", "rm %s", sh(file))
	x.Steps = append(x.Steps, startUnit(u).Steps...)
	found.Fix = x
	return found
}
