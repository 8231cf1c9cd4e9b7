package sysinfo

import (
	"context"
	"slices"
	"time"

	"fix502/sysinfo/errlog"
)

// secondWait is how long each further page of a site may take.
const secondWait = 1500 * time.Millisecond

// maxAsked is how many pages of one site are asked for in one run.
const maxAsked = 6

// Answers asks a site through its own gateway: the page the user named or the front page, the pages that
// failed lately, and one page of each hop that looks broken. GET only, a handful, each once.
func (f *Facts) Answers(ctx context.Context, s *Site) []Answer {
	all, _ := f.asked.get(s, func() ([]Answer, error) {
		if f.Host.Files || !s.Gateway.Running() || len(s.Listen) == 0 {
			return nil, nil
		}
		_, _ = f.Logs(ctx) // read before asking, so that what we cause is told apart
		var out []Answer
		for i, uri := range f.pages(ctx, s) {
			wait, linger := secondWait, time.Duration(0)
			if i == 0 {
				wait, linger = f.Patience-time.Second, f.Patience // for those who wait for it, the last second is for judging it
			}
			if end, ok := ctx.Deadline(); ok { // of many silent sites some come too late to be waited for, and then everybody would
				left := time.Until(end) - time.Second
				if left < wait/4 {
					break
				}
				wait = min(wait, left)
			}
			a, ok := f.ask(ctx, s, uri, wait, linger)
			if !ok {
				break
			}
			out = append(out, a)
			if a.Refused() || a.TimedOut() {
				break
			}
		}
		return out, nil
	})
	return all
}

// Called says whether a log means this site by that name.
func (s *Site) Called(name string) bool {
	return name == s.Name || slices.Contains(s.Names, name) || name == "" || name == "_"
}

// noisiest puts the sites that fail in the logs first.
func (f *Facts) noisiest(ctx context.Context, sites []*Site) []*Site {
	logs, err := f.Logs(ctx)
	if err != nil {
		return sites
	}
	last := map[string]time.Time{}
	for _, g := range logs.Groups {
		if g.Kind != errlog.Unknown && g.Upstream != "" && g.Last.After(last[g.Site]) {
			last[g.Site] = g.Last
		}
	}
	out := slices.Clone(sites)
	slices.SortStableFunc(out, func(a, b *Site) int { return last[b.Name].Compare(last[a.Name]) })
	return out
}
