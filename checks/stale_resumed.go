package checks

import (
	"context"
	"fmt"
	"slices"

	"fix502/sysinfo"
)

// resumedStale is a Caddy that goes on with what it was last given over its admin API ("caddy run --resume"), and fails with it: a Caddyfile that is there
// is not read at its start, however right it is.
func resumedStale(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	g := s.Gateway
	c, ok := g.Extra.(*sysinfo.Caddy)
	if !ok || c.File == nil {
		return nil
	}
	a, bad := failsNow(ctx, f, s)
	asked := f.PageOf(s, a.Question.URI)
	if !bad || asked == nil || f.Reach(ctx, asked).Open() {
		return nil
	}
	meant := inFile(f, c.File, s.Name, a.Question.URI)
	if meant == nil || meant.Address() == asked.Address() || !f.Reach(ctx, meant).Open() {
		return nil
	}
	found := &Finding{Status: Fail, Confidence: 0.95, Where: meant.Where, Evidence: []Evidence{caddySays(g, asked.Address()), lineOf(g.Root, meant.Where)},
		Summary: fmt.Sprintf("Caddy asks %s, which %s does not name: it runs with --resume, so it goes on with what it was last given over its API", asked.Address(), c.File.Config)}
	x := Fix{Title: "Give Caddy its file", Risk: Medium}
	const saved, kept = "/var/lib/caddy/.config/caddy/autosave.json", "/root/caddy-autosave.json"
	if f.Host.Root.Exists(saved) && !f.Host.Root.Exists(kept) {
		x.Undo = "caddy reload --config " + kept
		x = x.Do("Keep what it goes on with: settings that came over the API alone are in no file, and Caddy writes over them", "cp -aT %s %s", saved, kept)
	} else {
		x = x.Tell("If other settings came over the API and are in no file, keep them first: curl -s 127.0.0.1:2019/config/")
	}
	found.Fix = reload(ctx, f, c.File, x)
	return found
}

// inFile is the hop that another reading of a gateway, by a file that it does not read, has for a page of a site.
func inFile(f *sysinfo.Facts, file *sysinfo.Gateway, name, uri string) *sysinfo.Hop {
	for _, s := range file.Sites {
		if s.Name == name || slices.Contains(s.Names, name) {
			if h := f.PageOf(s, uri); h != nil {
				return h
			}
		}
	}
	return nil
}
