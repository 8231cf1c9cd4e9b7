package checks

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
)

// staleConfig: the files were corrected, and the running nginx does not know.
func staleConfig() Check {
	return Check{
		ID: "stale-config-not-reloaded", Title: "The web server runs with its files as they are", Topic: Platform,
		Means: `Web servers and balancers read their files at a start or reload, and at no other time. The files were changed since, so what you read in them is not what
visitors get: the log names an upstream that is in no file any more. The reload was forgotten, or it failed over an error in some other
file and the old configuration was kept without a word to the visitors.`,
		Run: both(perSite(func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
			g := s.Gateway
			if found := resumedStale(ctx, f, s); found != nil || !g.Running() || g.Loaded.IsZero() || g.Edited.IsZero() {
				return found
			}
			if !g.Edited.After(g.Loaded) {
				if found := givenOther(ctx, f, s); found != nil {
					return found
				}
				return pass(fmt.Sprintf("%s read its files at %s, after the last change at %s", g.Title(), g.Loaded.Format("15:04:05"), g.Edited.Format("15:04:05")))
			}
			line, ok := oldUpstream(ctx, f, s)
			if found := givenOther(ctx, f, s); !ok && found != nil {
				return found
			}
			if found := unnamedStale(ctx, f, s); !ok && found != nil {
				return found
			}
			if _, bad := failsNow(ctx, f, s); !ok || !bad {
				if g.Edited.Before(g.Loaded.Add(2 * time.Second)) {
					return nil
				}
				return &Finding{Status: Warn, Where: sysinfo.Place{File: g.EditedFile}, Summary: fmt.Sprintf("%s was changed at %s, after %s read its files", g.EditedFile, g.Edited.Format("15:04:05"), g.Title()),
					Fix: reload(ctx, f, g, Fix{Title: "Reload " + g.Title() + ", if the change is meant to hold", Risk: Low})}
			}
			return stale(ctx, f, s, line)
		}), perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if found := stalePool(ctx, f, l); found != nil {
				return found
			}
			return staleTrust(ctx, f, l)
		})),
	}
}

// unnamedStale is for gateways whose logs name no address, HAProxy and Varnish, and for those whose logs only root may read. Their page fails for want
// of a connection, and what their files name now listens, or answers that page: they do not run with these files.
func unnamedStale(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	g := s.Gateway
	a, bad := failsNow(ctx, f, s)
	if !bad || g.Edited.Before(g.Loaded.Add(time.Second)) {
		return nil
	}
	h := f.PageOf(s, a.Question.URI)
	if h == nil || !f.Reach(ctx, h).Open() || brotherClosed(ctx, f, h) || !asksOthers(ctx, f, &live{Hop: h, reach: f.Reach(ctx, h), hit: true, answer: &a}) {
		return nil
	}
	found := &Finding{Status: Fail, Confidence: 0.85, Where: h.Where, Covers: []ID{"haproxy-connect-refused", "haproxy-all-servers-down", "varnish-backend-fetch-failed", "varnish-backend-unhealthy"},
		Summary: fmt.Sprintf("%s was changed at %s, and %s has read its files at %s: what they name now, %s, listens, and is not what it asks", g.EditedFile, g.Edited.Format("15:04:05"), g.Title(), g.Loaded.Format("15:04:05"), h.Address()),
		Evidence: []Evidence{{Source: g.EditedFile, Text: "changed " + g.Edited.Format(time.DateTime), Time: g.Edited}, lineOf(g.Root, h.Where),
			{Source: "ps", Text: g.Title() + " runs with its files of " + g.Loaded.Format(time.DateTime), Time: g.Loaded}}}
	found.Fix = reload(ctx, f, g, mendThenReload(ctx, f, g, found)).Do("Give the checks time to pass", "sleep 3")
	return found
}

// asksOthers says that a gateway whose page failed got no connection, and asks another than this hop, which listens.
func asksOthers(ctx context.Context, f *sysinfo.Facts, l *live) bool {
	kind, page := l.Site.Gateway.Kind, l.answer
	switch {
	case kind == "haproxy" && page.Status == http.StatusServiceUnavailable: // with these files it would not ask this one either, when their check fails
		_, fails := askAsCheck(ctx, f, l)
		return fails == nil
	case kind == "varnish" && page.Status == http.StatusServiceUnavailable: // it takes a new VCL without a new process, so its start says little: only a refused connection does
		said, err := f.FetchErrors(ctx, l.Site.Gateway)
		if err != nil {
			return f.Host.UID != 0 && own(kind, page) && l.appIsWell(ctx, f)
		}
		return own(kind, page) && len(said) > 0 && strings.Contains(said[len(said)-1], "fail errno")
	}
	return failsUnheard(ctx, f, l) && l.appIsWell(ctx, f)
}

// brotherClosed says that a server which is taken in turn with another does not listen: it may be the one that failed.
func brotherClosed(ctx context.Context, f *sysinfo.Facts, h *sysinfo.Hop) bool {
	return slices.ContainsFunc(h.Site.Hops, func(b *sysinfo.Hop) bool {
		return b != h && takenInTurn(h.Site.Gateway, b.Block, h.Block) && !f.Reach(ctx, b).Open()
	})
}

// oldUpstream is a line of our own question that names an upstream which is in none of the site's files.
func oldUpstream(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) (sysinfo.LogLine, bool) {
	_ = f.Answers(ctx, s)
	for _, line := range f.Fresh(ctx, s) {
		if line.Upstream.Address == "" || !s.Wrote(&line) {
			continue
		}
		known := false
		hops := s.Hops
		if line.Site() == "" { // a log that several sites of Apache write
			hops = allHops(s.Gateway)
		}
		for _, h := range hops {
			l := live{Hop: h}
			_, err := netip.ParseAddr(h.Host)
			byName := h.Unix == "" && err != nil && line.Upstream.Port() == h.Port // it may know the name's address of another day
			known = known || h.Variable || byName || l.named(line.Upstream.Address)
		}
		if !known {
			return line, true
		}
	}
	return sysinfo.LogLine{}, false
}

func allHops(g *sysinfo.Gateway) []*sysinfo.Hop {
	var out []*sysinfo.Hop
	for _, s := range g.Sites {
		out = append(out, s.Hops...)
	}
	return out
}

func stale(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, line sysinfo.LogLine) *Finding {
	g := s.Gateway
	found := &Finding{Status: Fail, Confidence: 0.97, Where: sysinfo.Place{File: g.EditedFile},
		Summary:  fmt.Sprintf("%s still asks %s, which is in its files no more: they were changed at %s, it read them at %s", g.Title(), line.Upstream.Address, g.Edited.Format("15:04:05"), g.Loaded.Format("15:04:05")),
		Evidence: []Evidence{quoteLine(line), {Source: g.EditedFile, Text: "changed " + g.Edited.Format(time.DateTime), Time: g.Edited}}}
	if h := f.PageOf(s, line.URI); h != nil {
		found.Where = h.Where
		found.Evidence = append(found.Evidence, lineOf(g.Root, h.Where))
	}
	found.Evidence = append(found.Evidence, Evidence{Source: "ps", Text: "oldest " + g.Title() + " worker since " + g.Loaded.Format(time.DateTime), Time: g.Loaded})
	x := mendThenReload(ctx, f, g, found)
	found.Evidence = append(found.Evidence, failedReload(ctx, f, g)...)
	found.Fix = reload(ctx, f, g, x)
	return found
}
