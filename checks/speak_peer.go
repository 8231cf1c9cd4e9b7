package checks

import (
	"context"
	"regexp"
	"strings"

	"fix502/sysinfo"
)

// amongOthers says that an upstream block has another server that is not known to speak this language: a stopped one, or one that speaks the
// pass's. The pass is for all of them, so it must stay. And whether one of them is up.
func amongOthers(ctx context.Context, f *sysinfo.Facts, l *live, has string) (among, up bool) {
	for _, h := range l.Site.Hops {
		if l.Block == "" || h.Block != l.Block || h.Pass != l.Pass || h.Down || h.Address() == l.Address() {
			continue
		}
		other := &live{Hop: h, reach: f.Reach(ctx, h)}
		speaks := speaks(ctx, f, other)
		if speaks == "" && other.reach.Open() {
			if answer, err := f.Spoken(ctx, h); err == nil {
				speaks = answer.Protocol
			}
		}
		if speaks != has {
			among, up = true, up || other.reach.Open() || !other.reach.Local
		}
	}
	return among, up
}

// leaveOut marks a server that speaks another language than its upstream block as down: it can answer nobody there. Not the only one that is
// up: without it nginx would have none at all.
func leaveOut(ctx context.Context, f *sysinfo.Facts, l *live, othersUp bool, found *Finding) {
	root := l.Site.Gateway.Root
	found.Where, found.Confidence = l.Where, 0.9
	found.Evidence[0] = lineOf(root, l.Where)
	found.Summary += ", unlike the others of upstream " + l.Block
	x := Fix{Title: "Leave this server out of upstream " + l.Block, Risk: Low}
	if !othersUp {
		x.Title = "See which servers of upstream " + l.Block + " are to answer"
		found.Fix = x.Tell("None of the others is up: start them first. If this one is to answer alone, have it speak %s, or change %s to what it speaks and take the others out", l.Scheme, l.Pass)
		return
	}
	server := regexp.MustCompile(`\bserver\s+`+regexp.QuoteMeta(l.Raw)+`(?:\s[^;]*)?;`).FindAllString(rawLine(root, l.Where), -1)
	if len(server) != 1 {
		found.Fix = x.Tell("Mark it down at %s, or have it speak %s", l.Where, l.Scheme)
		return
	}
	x.Undo = setLine(root, l.Where, configLine(root, l.Where))
	x = x.Do("It speaks no "+l.Scheme+": ask the others alone", "%s", replace(root, l.Where, server[0], strings.TrimSuffix(server[0], ";")+" down;"))
	found.Fix = reload(ctx, f, l.Site.Gateway, x)
}
