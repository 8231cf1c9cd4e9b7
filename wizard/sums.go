package wizard

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"fix502/checks"
	"fix502/sysinfo"
)

// errorsOf sums the logs of the window up.
func errorsOf(ctx context.Context, f *sysinfo.Facts) Errors {
	out := Errors{Window: f.Since.String(), PerMinute: [][2]int64{}, Asked: [][2]int64{}, Groups: []Group{}}
	for _, g := range checks.Groups(ctx, f) {
		out.Total += g.Count
		out.firsts, out.spread = append(out.firsts, g.First), append(out.spread, g.Minutes)
		out.Groups = append(out.Groups, Group{g.ID, g.Says, g.Count, checks.Quote(g.Upstream), checks.Quote(g.Site)})
		if !g.First.IsZero() && (out.First == nil || g.First.Before(*out.First)) {
			out.First = &g.First
		}
		if !g.Last.IsZero() && (out.Last == nil || g.Last.After(*out.Last)) {
			out.Last = &g.Last
		}
	}
	for _, g := range checks.MadeGood(ctx, f) {
		out.MadeGood = append(out.MadeGood, Group{g.ID, g.Says, g.Count, checks.Quote(g.Upstream), checks.Quote(g.Site)})
	}
	out.PerMinute = byMinute(checks.Minutes(ctx, f))
	if logs, err := f.LogsAbout(ctx); err == nil {
		out.Asked = byMinute(logs.Asked)
	}
	return out
}

// explained are the failures that a cause tells of, per minute, and when each group of them began; none where the logs have no such lines.
func (e Errors) explained(c Cause) (minutes [][2]int64, firsts []time.Time) {
	sum := map[int64]int{}
	for i, g := range e.Groups {
		apart := c.Hop != nil && g.Upstream != "" && g.Upstream != c.Hop.Address && g.ID != c.ID
		if i >= len(e.spread) || apart || g.ID != c.ID && !slices.Contains(c.Follows, g.ID) {
			continue
		}
		firsts = append(firsts, e.firsts[i])
		for m, n := range e.spread[i] {
			if n > 0 {
				sum[m] += n
			}
		}
	}
	return byMinute(sum), firsts
}

// byMinute is a count per minute in the order of time.
func byMinute(m map[int64]int) [][2]int64 {
	out := make([][2]int64, 0, len(m))
	for at, n := range m {
		out = append(out, [2]int64{at, int64(n)})
	}
	slices.SortFunc(out, func(a, b [2]int64) int { return cmp.Compare(a[0], b[0]) })
	return out
}

// Spared says what single servers failed at and others made good; empty without any.
func (e Errors) Spared() string {
	n := 0
	var at []string
	for _, g := range e.MadeGood {
		n += g.Count
		if to := cmp.Or(g.Upstream, g.Site); !slices.Contains(at, to) {
			at = append(at, to)
		}
	}
	if n == 0 {
		return ""
	}
	more := ""
	if len(at) > 3 {
		at, more = at[:3], " and others"
	}
	return plural(n, "line", "lines") + " in the logs of the last " + Span(e.Window) + " about " + strings.Join(at, ", ") + more + ": made good by another server"
}
