package wizard

import (
	"context"
	"slices"

	"fix502/checks"
	"fix502/sysinfo"
)

// errorsOf sums the logs of the window up.
func errorsOf(ctx context.Context, f *sysinfo.Facts) Errors {
	out := Errors{Window: f.Since.String(), PerMinute: [][2]int64{}, Groups: []Group{}}
	for _, g := range checks.Groups(ctx, f) {
		out.Total += g.Count
		out.Groups = append(out.Groups, Group{g.ID, g.Count, checks.Quote(g.Upstream), checks.Quote(g.Site)})
		if !g.First.IsZero() && (out.First == nil || g.First.Before(*out.First)) {
			out.First = &g.First
		}
		if out.Last == nil || g.Last.After(*out.Last) {
			out.Last = &g.Last
		}
	}
	minutes := checks.Minutes(ctx, f)
	for m := range minutes {
		out.PerMinute = append(out.PerMinute, [2]int64{m, int64(minutes[m])})
	}
	slices.SortFunc(out.PerMinute, func(a, b [2]int64) int { return int(a[0] - b[0]) })
	return out
}
