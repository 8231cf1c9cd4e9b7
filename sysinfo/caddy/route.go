package caddy

import "strings"

// Fits judges a request for a pass: by its own matcher and those of the blocks around it.
func (p *Pass) Fits(host, path string) Fit {
	fit := Surely
	for _, c := range p.When {
		fit = max(fit, c.Fits(host, path))
		if rest, ok := strings.CutPrefix(path, c.strip); ok && c.strip != "" {
			path = "/" + strings.TrimLeft(rest, "/")
		}
	}
	return fit
}

// Route is the pass that a request goes by, and which of its upstreams comes first: what surely fits and weighs most, else what may fit.
// Nil where nothing does. An empty host is not known.
func (s *Site) Route(host, path string) (pass *Pass, upstream int) {
	fits, heaviest := Never, -1
	for _, p := range s.Passes {
		if p.Directive == "forward_auth" { // it is only asked first
			continue
		}
		for i, u := range p.Upstreams {
			fit, weight := max(p.Fits(host, path), u.When.Fits(host, path)), p.weight()+len(u.When.Hosts)+len(u.When.Paths)
			if fit < fits || fit == fits && weight > heaviest && fit != Never {
				pass, upstream, fits, heaviest = p, i, fit, weight
			}
		}
	}
	return pass, upstream
}

// weight orders passes that fit as Caddy orders its routes: what stands in handle or route first, and of two of a kind the longest path,
// then any matcher, then none (httpcaddyfile/directives.go, defaultDirectiveOrder and sortRoutes).
func (p *Pass) weight() int {
	weight := 0
	for _, c := range p.When[:min(p.sorted, len(p.When))] {
		for _, path := range c.Paths {
			weight = max(weight, 1+len(path))
		}
		if len(c.Hosts) > 0 || len(c.Unless) > 0 || c.More {
			weight = max(weight, 1)
		}
	}
	return weight + p.rank<<20
}

// Page is a path that a pass takes, for a host; empty where none is known.
func (p *Pass) Page(host string) string {
	pages := []string{"/"}
	for _, c := range p.When {
		for _, path := range c.Paths {
			pages = append(pages, strings.Trim(path, "*"))
		}
	}
	for _, page := range pages {
		if strings.HasPrefix(page, "/") && p.Fits(host, page) == Surely {
			return page
		}
	}
	return ""
}
