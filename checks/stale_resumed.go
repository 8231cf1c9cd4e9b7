package checks

import (
	"context"
	"fmt"
	"slices"

	"fix502/sysinfo"
)

// resumedStale is a Caddy that goes on with what it was last given over its admin API ("caddy run --resume"): a Caddyfile that is there is
// not read at its start, however right it is.
func resumedStale(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	g := s.Gateway
	if g.Kind != "caddy" || !resumes(ctx, f, g) {
		return nil
	}
	if c, ok := g.Extra.(*sysinfo.Caddy); ok && c.Saved {
		return nil
	}
	a, bad := failsNow(ctx, f, s)
	if !bad {
		return nil
	}
	asks, says := "", Evidence{}
	if line, ok := oldUpstream(ctx, f, s); ok {
		asks, says = line.Upstream.Address, quoteLine(line)
	} else if _, other := asksInstead(ctx, f, s, a); other != nil {
		asks, says = other.Word, caddySays(g, other.Word)
	} else {
		return nil
	}
	found := &Finding{Status: Fail, Confidence: 0.95, Where: sysinfo.Place{File: g.Config}, Evidence: []Evidence{says},
		Summary: fmt.Sprintf("Caddy asks %s, which %s does not name: it runs with --resume, so it goes on with what it was last given over its API", asks, g.Config)}
	if h := f.PageOf(s, a.Question.URI); h != nil {
		found.Where = h.Where
		found.Evidence = append(found.Evidence, lineOf(g.Root, h.Where))
	}
	x := Fix{Title: "Give Caddy its file", Risk: Medium}
	const saved, kept = "/var/lib/caddy/.config/caddy/autosave.json", "/root/caddy-autosave.json"
	if f.Host.Root.Exists(saved) && !f.Host.Root.Exists(kept) {
		x.Undo = "caddy reload --config " + kept
		x = x.Do("Keep what it goes on with: settings that came over the API alone are in no file, and Caddy writes over them", "cp -aT %s %s", saved, kept)
	} else {
		x = x.Tell("If other settings came over the API and are in no file, keep them first: curl -s 127.0.0.1:2019/config/")
	}
	found.Fix = reload(ctx, f, g, x)
	return found
}

// resumes says that a Caddy was started to go on with its last settings.
func resumes(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway) bool {
	procs, _ := f.Procs(ctx) // none is an answer
	return slices.ContainsFunc(procs, func(p sysinfo.Proc) bool {
		return p.PID == g.PID && (slices.Contains(p.Args, "--resume") || slices.Contains(p.Args, "-resume"))
	})
}
