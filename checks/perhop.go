package checks

import (
	"context"

	"fix502/sysinfo"
)

// perHop asks one question of every hop. A hop for which the answer is nil is not what the check is about.
func perHop(ask func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	return func(ctx context.Context, f *sysinfo.Facts) ([]Finding, error) {
		all, err := hops(ctx, f)
		if err != nil {
			return nil, err
		}
		var out []Finding
		seen := map[string]bool{}
		for i := range all {
			l := &all[i]
			found := ask(ctx, f, l)
			if found == nil {
				continue
			}
			if found.Hop == nil {
				found.Hop = l.Hop
			}
			key := found.Status.String() + found.Summary + found.Where.String() + found.Hop.Site.Name
			if !seen[key] {
				seen[key] = true
				out = append(out, *found)
			}
		}
		return out, nil
	}
}

// pass says that a hop was looked at and this is not its trouble; the text becomes "ruled out by".
func pass(summary string) *Finding { return &Finding{Status: Pass, Summary: summary} }
