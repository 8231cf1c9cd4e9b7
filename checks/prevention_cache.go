package checks

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/nginx"
)

func preventCaching() Check {
	return prevention(Check{
		ID: "prevention-caching", Title: "Pages come from a cache where they can",
		Means: `Which caches are at work: the gateway's (fastcgi_cache, proxy_cache, CacheEnable, Varnish), browsers' (expires), WordPress's object cache (a drop-in), compiled PHP (OPcache).
Each page that comes from a cache needs no worker. First step: OPcache on, expires for pictures and styles, a page cache before WordPress.`,
	}, func(ctx context.Context, f *sysinfo.Facts) (string, string, []Evidence) {
		var have []string
		var ev []Evidence
		note := func(what string, e Evidence) {
			if !slices.Contains(have, what) {
				have, ev = append(have, what), append(ev, e)
			}
		}
		for _, s := range f.Sites(ctx) {
			srv, ok := s.Extra.(*nginx.Server)
			if !ok {
				continue
			}
			for _, set := range cacheSettings(srv.Block, 0) {
				note(set.Name, Evidence{Source: set.Place.String(), Text: set.Name + " " + set.Value()})
			}
		}
		gateways, _ := f.Gateways(ctx) // none keeps nothing
		for _, g := range gateways {
			if e, ok := keepsAnswers(g); ok && g.Running() {
				note(g.Title()+"'s cache", e)
			}
		}
		for _, w := range f.WordPresses(ctx) {
			if file := w.Content + "/object-cache.php"; w.Site.Gateway.Root.Exists(file) {
				note("WordPress's object cache", Evidence{Source: file, Text: "is here"})
			}
		}
		if e, ok := opcache(ctx, f); ok {
			note("OPcache", e)
		}
		if len(have) > 0 {
			return "at work: " + strings.Join(have, ", "), "", ev
		}
		return "", "no cache of the gateway, of PHP or for browsers is set up; first step: expires for pictures and styles, then a page cache", nil
	})
}

// cacheLine is a line with which a gateway other than nginx keeps answers, or has browsers keep them.
var cacheLine = map[string]pattern{
	"apache":  whenAsked(`(?i)^\s*(CacheEnable\s|ExpiresActive\s+on)`),
	"haproxy": whenAsked(`^\s*http-re(quest|sponse)\s+cache-(use|store)\s`),
	"caddy":   whenAsked(`^\s*(cache\b|header\s.*Cache-Control\s+.*max-age)`),
}

// KeepsAnswers says that a hop's gateway may answer from a cache of its own: its upstream need not have been asked.
func KeepsAnswers(h *sysinfo.Hop) bool {
	if x, ok := h.Extra.(sysinfo.NginxHop); ok {
		v := x.Pass.Get("cache").Value()
		return v != "" && v != "off"
	}
	_, ok := keepsAnswers(h.Site.Gateway)
	return ok
}

// keepsAnswers says that a gateway keeps answers: that is what Varnish is for; the others are told to.
func keepsAnswers(g *sysinfo.Gateway) (Evidence, bool) {
	if g.Kind == "varnish" {
		return Evidence{Source: g.Config, Text: "Varnish keeps what may be kept"}, true
	}
	re, ok := cacheLine[g.Kind]
	if !ok {
		return Evidence{}, false
	}
	files := configFiles(g)
	for at, line := range linesIn(g.Root, files[:min(len(files), 100)]...) {
		if re.MatchString(line) {
			return Evidence{Source: at.String(), Text: QuoteConfig(strings.TrimSpace(line))}, true
		}
	}
	return Evidence{}, false
}

// cacheSettings are the settings of a block and those in it that keep answers.
func cacheSettings(b *nginx.Block, depth int) []nginx.Setting {
	var out []nginx.Setting
	for _, name := range []string{"fastcgi_cache", "proxy_cache", "expires"} {
		for _, set := range b.Own(name) {
			if v := set.Value(); v != "off" && v != "" {
				out = append(out, set)
			}
		}
	}
	for _, in := range b.Blocks {
		if depth < 4 {
			out = append(out, cacheSettings(in, depth+1)...)
		}
	}
	return out
}

// opcache says whether a pool that is used here keeps compiled PHP.
func opcache(ctx context.Context, f *sysinfo.Facts) (Evidence, bool) {
	for _, s := range f.Sites(ctx) {
		for _, h := range s.Hops {
			p, pool := f.PoolOf(ctx, h)
			if p == nil {
				continue
			}
			loaded := false
			for _, x := range p.Extensions(f.Host.Root) {
				loaded = loaded || strings.Contains(x.Text, "opcache")
			}
			on, memory := phpLimit(f, p, pool, "opcache.enable"), phpLimit(f, p, pool, "opcache.memory_consumption")
			if loaded && on.On() {
				return Evidence{Source: on.Place.String(), Text: fmt.Sprintf("opcache.enable = %s, %s MiB", on.Text, memory.Text)}, true
			}
		}
	}
	return Evidence{}, false
}

func sortEvidence(ev []Evidence) {
	slices.SortFunc(ev, func(a, b Evidence) int {
		return cmp.Or(strings.Compare(a.Text, b.Text), strings.Compare(a.Source, b.Source))
	})
}

func sorted(s []string) []string { return slices.Sorted(slices.Values(s)) }
