package checks

import (
	"context"
	"fmt"
	"slices"

	"fix502/sysinfo"
)

// startBrothers starts what serves the same pages as an app that is stopped, and is stopped as well: with one of them up, every other
// request would still fail, for a gateway that takes them in turn.
func startBrothers(ctx context.Context, f *sysinfo.Facts, l *live, u sysinfo.Unit, found *Finding) {
	for _, h := range l.Site.Hops {
		if h == l.Hop || h.Down || h.Backup || h.Block == "" || !takenInTurn(l.Site.Gateway, h.Block, l.Block) || f.Reach(ctx, h).Listener != nil {
			continue
		}
		b := f.AppFor(ctx, h).Unit
		if b.Name == "" || b.Name == u.Name || b.Active != "inactive" || b.Enabled != u.Enabled || b.Manager != u.Manager || obstacleOf(ctx, f, b) != nil {
			continue
		}
		found.Summary += fmt.Sprintf("; %s, which serves the same pages at %s, does not run either", unitWord(b.Name), h.Address())
		found.Evidence = append(found.Evidence, unitSays(b))
		if b.Keeper != "" { // the manager, once up, starts it as well
			continue
		}
		found.Fix = found.Fix.Do("Start "+unitWord(b.Name)+" as well", "%s%s", b.Command("start"), warmUp(b))
		found.Fix.Undo = also(found.Fix.Undo, b.Command("stop"))
	}
}

// takenInTurn says that two servers stand in for each other: in one block of upstreams, or, where Varnish calls each a block of its own,
// in one director.
func takenInTurn(g *sysinfo.Gateway, a, b string) bool {
	if g.Kind != "varnish" {
		return a == b
	}
	in := map[string][]string{}
	for _, line := range linesIn(g.Root, configFiles(g)...) {
		if m := addBackend.FindStringSubmatch(withoutComment(line)); m != nil {
			in[m[2]] = append(in[m[2]], m[1])
		}
	}
	return slices.ContainsFunc(in[a], func(director string) bool { return slices.Contains(in[b], director) })
}

var addBackend = whenAsked(`(\w+)\.add_backend\(\s*(\w+)`)
