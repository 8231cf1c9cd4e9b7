package caddy

import (
	"path"
	"slices"
	"strings"
)

// A Condition is what a matcher asks of a request (caddyserver.com/docs/caddyfile/matchers): all that it names must fit.
type Condition struct {
	Hosts, Paths []string // any of them; none: all
	Unless       []string // paths that do not fit
	More         bool     // it asks for more than that
	strip        string   // what handle_path takes off the path, for all that stands in it
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

// always says that it asks for nothing.
func (c Condition) always() bool {
	return len(c.Hosts)+len(c.Paths)+len(c.Unless) == 0 && !c.More
}

// Fits judges a request for a page of a host; an empty host is not known.
func (c Condition) Fits(host, uri string) Fit {
	switch {
	case len(c.Paths) > 0 && !slices.ContainsFunc(c.Paths, func(p string) bool { return pathFits(p, uri) }),
		slices.ContainsFunc(c.Unless, func(p string) bool { return pathFits(p, uri) }),
		len(c.Hosts) > 0 && host != "" && !slices.ContainsFunc(c.Hosts, func(h string) bool { return hostFits(h, host) }):
		return Never
	case c.More, len(c.Hosts) > 0 && host == "":
		return Perhaps
	}
	return Surely
}

// pathFits compares a pattern with one star at either end, or else one whose stars stand for a part each (matchers.go, MatchPath); case does
// not count.
func pathFits(pattern, uri string) bool {
	pattern, uri = strings.ToLower(pattern), strings.ToLower(uri)
	bare, stars := strings.Trim(pattern, "*"), strings.Count(pattern, "*")
	first, last := strings.HasPrefix(pattern, "*"), strings.HasSuffix(pattern, "*")
	switch {
	case stars == 1 && last:
		return strings.HasPrefix(uri, bare)
	case stars == 1 && first:
		return strings.HasSuffix(uri, bare)
	case stars == 2 && first && last:
		return strings.Contains(uri, bare)
	}
	fits, err := path.Match(pattern, uri)
	return err == nil && fits
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
