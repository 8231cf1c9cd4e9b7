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
	for _, h := range closedBrothers(ctx, f, l) {
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

// closedBrothers are the servers that are taken in turn with an app's, and where nobody listens either.
func closedBrothers(ctx context.Context, f *sysinfo.Facts, l *live) []*sysinfo.Hop {
	return slices.DeleteFunc(l.brothers(), func(h *sysinfo.Hop) bool { return f.Reach(ctx, h).Listener != nil })
}

// pointBrothers corrects the lines of those that moved with the app, before the gateway reads its files: with one line corrected every
// other request would still fail.
func pointBrothers(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding) {
	for _, h := range closedBrothers(ctx, f, l) {
		if b := f.AppFor(ctx, h); b.Unit.Running() && b.Listens() && pointBrother(ctx, f, l, h, b.Addr, found) {
			found.Summary += fmt.Sprintf("; %s listens on %s, and not on %s", unitWord(b.Unit.Name), b.Addr, h.Address())
		}
	}
}

// pointMoved does the same for those whose apps no gateway asks (rightful). addr is where the hop itself is led to.
func pointMoved(ctx context.Context, f *sysinfo.Facts, l *live, addr string, found *Finding) {
	for _, h := range closedBrothers(ctx, f, l) {
		to, _ := rightful(ctx, f, &live{Hop: h, reach: f.Reach(ctx, h), hit: l.hit, answer: l.answer})
		if to != "" && to != addr && pointBrother(ctx, f, l, h, to, found) {
			found.Summary += fmt.Sprintf("; likewise %s for %s", to, h.Address())
		}
	}
}

// pointBrother adds the correction of a brother's line to a fix, where a command can make it.
func pointBrother(ctx context.Context, f *sysinfo.Facts, l *live, h *sysinfo.Hop, addr string, found *Finding) bool {
	if len(found.Fix.Steps) > maxPointed || found.Fix.Undo == "" || h.Where == l.Where {
		return false
	}
	x := pointTo(ctx, f, &live{Hop: h, reach: f.Reach(ctx, h)}, addr)
	if x.Undo == "" {
		return false
	}
	found.Fix.Undo = also(found.Fix.Undo, x.Undo)
	found.Fix.Steps = beforeTheSameEnd(found.Fix.Steps, x.Steps)
	return true
}

// beforeTheSameEnd puts the steps of two repairs one behind the other, and what both end with, the gateway's reload, once.
func beforeTheSameEnd(a, b []Step) []Step {
	n := 0
	for n < min(len(a), len(b)) && a[len(a)-1-n] == b[len(b)-1-n] {
		n++
	}
	return slices.Concat(a[:len(a)-n], b)
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
