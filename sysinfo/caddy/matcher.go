package caddy

import (
	"slices"
	"strings"
)

// A Condition is what a matcher asks of a request (caddyserver.com/docs/caddyfile/matchers): all that it names must fit.
type Condition struct {
	Hosts, Paths []string // any of them; none: all
	Unless       []string // paths that do not fit
	More         bool     // it asks for more than that
}

// Fit is what is known of a condition.
type Fit int8

// In the order in which they win: Never over Perhaps, and that over Surely.
const (
	Surely Fit = iota
	Perhaps
	Never
)

// condition reads the word behind a directive: a path, a name that a line "@name …" explains, or the star.
func (p *parser) condition(word string) Condition {
	switch {
	case strings.HasPrefix(word, "@"):
		if c, ok := p.matchers[word]; ok {
			return c
		}
		return Condition{More: true}
	case strings.HasPrefix(word, "/"):
		return Condition{Paths: []string{word}}
	}
	return Condition{}
}

// define takes in the named matchers of a block, "@api host api.test" or "@api { … }".
func (p *parser) define(words []token) {
	each(words, func(line, body []token) {
		if !strings.HasPrefix(line[0].text, "@") {
			return
		}
		var c Condition
		if len(line) > 1 {
			c.ask(line[1:])
		}
		each(body, func(inner, _ []token) { c.ask(inner) })
		p.matchers[line[0].text] = c
	})
}

// ask takes in one line of a matcher.
func (c *Condition) ask(line []token) {
	var values []string
	for _, t := range line[1:] {
		values = append(values, t.text)
	}
	switch line[0].text {
	case "host":
		c.Hosts = append(c.Hosts, values...)
	case "path":
		c.Paths = append(c.Paths, values...)
	case "not":
		if len(values) > 1 && values[0] == "path" {
			c.Unless = append(c.Unless, values[1:]...)
			return
		}
		c.More = true
	default:
		c.More = true
	}
}

// Fits judges a request for a page of a host; an empty host is not known.
func (c Condition) Fits(host, path string) Fit {
	switch {
	case len(c.Paths) > 0 && !slices.ContainsFunc(c.Paths, func(p string) bool { return pathFits(p, path) }),
		slices.ContainsFunc(c.Unless, func(p string) bool { return pathFits(p, path) }),
		len(c.Hosts) > 0 && host != "" && !slices.ContainsFunc(c.Hosts, func(h string) bool { return hostFits(h, host) }):
		return Never
	case c.More, len(c.Hosts) > 0 && host == "":
		return Perhaps
	}
	return Surely
}

// pathFits compares a pattern with one star at either end, or none (matchers.go, MatchPath); case does not count.
func pathFits(pattern, path string) bool {
	pattern, path = strings.ToLower(pattern), strings.ToLower(path)
	head, prefix := strings.CutSuffix(pattern, "*")
	tail, suffix := strings.CutPrefix(head, "*")
	switch {
	case prefix && suffix:
		return strings.Contains(path, tail)
	case prefix:
		return strings.HasPrefix(path, head)
	case suffix:
		return strings.HasSuffix(path, tail)
	}
	return path == pattern
}

// hostFits: a star stands for one label (matchers.go, MatchHost).
func hostFits(pattern, host string) bool {
	tail, wild := strings.CutPrefix(pattern, "*.")
	if !wild {
		return strings.EqualFold(pattern, host)
	}
	label, rest, ok := strings.Cut(host, ".")
	return ok && label != "" && strings.EqualFold(rest, tail)
}

// Fits judges a request for a pass: by its own matcher and those of the blocks around it.
func (p *Pass) Fits(host, path string) Fit {
	fit := Surely
	for _, c := range p.When {
		fit = max(fit, c.Fits(host, path))
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
			fit, weight := max(p.Fits(host, path), u.When.Fits(host, path)), p.weight()+len(u.When.Hosts)
			if fit < fits || fit == fits && weight > heaviest && fit != Never {
				pass, upstream, fits, heaviest = p, i, fit, weight
			}
		}
	}
	return pass, upstream
}

// weight orders passes that fit as Caddy orders its routes: the longest path first, then any matcher, then none
// (httpcaddyfile/directives.go, sortRoutes).
func (p *Pass) weight() int {
	weight := 0
	for _, c := range p.When {
		for _, path := range c.Paths {
			weight = max(weight, 1+len(path))
		}
		if len(c.Hosts) > 0 || len(c.Unless) > 0 || c.More {
			weight = max(weight, 1)
		}
	}
	return weight
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
