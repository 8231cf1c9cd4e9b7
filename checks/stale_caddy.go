package checks

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/caddy"
)

// caddySays quotes what a running Caddy says of an address at its admin API.
func caddySays(g *sysinfo.Gateway, dial string) Evidence {
	at := "localhost:2019"
	if c, ok := g.Extra.(*sysinfo.Caddy); ok && c.AdminAt() != "" {
		at = c.AdminAt()
	}
	return Evidence{Source: "Caddy's admin API at " + at + ", GET /config/", Text: `"dial": ` + strconv.Quote(dial)}
}

// givenOther is a Caddy that says itself, to whoever asks its admin API, that it asks another address than its files name for a page that fails: neither
// its log nor the times of its files have to be known for that.
func givenOther(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	g := s.Gateway
	if c, ok := g.Extra.(*sysinfo.Caddy); !ok || c.Saved || len(c.Config.Files) == 0 {
		return nil
	}
	a, bad := failsNow(ctx, f, s)
	if !bad || !own("caddy", &a) {
		return nil
	}
	h, asked := asksInstead(ctx, f, s, a)
	if asked == nil || !f.Reach(ctx, h).Open() {
		return nil
	}
	found := &Finding{Status: Fail, Confidence: 0.97, Where: h.Where,
		Summary:  fmt.Sprintf("Caddy runs with other settings than its files have: it asks %s, and %s, which they name, listens", asked.Word, h.Address()),
		Evidence: []Evidence{caddySays(g, asked.Word), lineOf(g.Root, h.Where), {Source: g.EditedFile, Text: "changed " + g.Edited.Format(time.DateTime), Time: g.Edited}}}
	found.Fix = reload(ctx, f, g, mendThenReload(ctx, f, g, found))
	return found
}

// asksInstead is the hop that the files have for a page, and the address which the running Caddy asks for it; none where it knows the hop's own as well.
func asksInstead(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, page sysinfo.Answer) (*sysinfo.Hop, *caddy.Upstream) {
	h := f.PageOf(s, page.Question.URI)
	if h == nil || h.Variable {
		return nil, nil
	}
	runs, err := f.CaddyRuns(ctx, s.Gateway)
	if err != nil {
		return nil, nil
	}
	for _, r := range runs.Sites {
		for _, p := range r.Passes {
			if slices.ContainsFunc(p.Upstreams, func(u caddy.Upstream) bool {
				return u.Varies || u.Unix == h.Unix && (h.Unix != "" || u.Host == h.Host && u.Port == h.Port)
			}) {
				return nil, nil
			}
		}
	}
	uri, _, _ := strings.Cut(page.Question.URI, "?")
	for _, r := range sitesOf(runs, s.Name) {
		if p, n := r.Route(s.Name, uri); p != nil {
			return h, &p.Upstreams[n]
		}
	}
	return nil, nil
}

// sitesOf are those of a running Caddy that bear a name.
func sitesOf(runs *caddy.Config, name string) []*caddy.Site {
	var out []*caddy.Site
	for _, s := range runs.Sites {
		if slices.ContainsFunc(s.Addresses, func(a caddy.Address) bool { return a.Host == name }) {
			out = append(out, s)
		}
	}
	return out
}

// upstreamsOf are the addresses that a running Caddy has for a site.
func upstreamsOf(runs *caddy.Config, site string) []caddy.Upstream {
	var out []caddy.Upstream
	for _, s := range sitesOf(runs, site) {
		for _, p := range s.Passes {
			out = append(out, p.Upstreams...)
		}
	}
	return out
}
