// Package haproxy reads HAProxy's configuration the way HAProxy does and says what follows from it: who listens where,
// which backend a request goes to, and which line of which file says so. It looks at files only.
package haproxy

import (
	"path"
	"strings"

	"fix502/sysinfo/conf"
)

// These are short names for what all readers share.
type (
	Files   = conf.Files
	Place   = conf.Place
	Problem = conf.Problem
)

// Line is one configuration line: its words, unquoted.
type Line struct {
	Place
	Words []string
}

// Is says whether a line begins with these words.
func (l Line) Is(words ...string) bool {
	if len(l.Words) < len(words) {
		return false
	}
	for i, w := range words {
		if l.Words[i] != w {
			return false
		}
	}
	return true
}

// After is the word behind a keyword on this line, empty without one: "timeout" of "server a :80 weight 3".
func (l Line) After(keyword string) string {
	for i := 1; i+1 < len(l.Words); i++ {
		if l.Words[i] == keyword {
			return l.Words[i+1]
		}
	}
	return ""
}

// Has says that a keyword stands on the line.
func (l Line) Has(keyword string) bool {
	for _, w := range l.Words[1:] {
		if w == keyword {
			return true
		}
	}
	return false
}

// Section is "global", a "defaults", or a proxy.
type Section struct {
	Place
	Kind     string // global, defaults, frontend, backend, listen, resolvers, …
	Name     string
	Lines    []Line
	from     *Section // the defaults it inherits
	maps     map[string][]Line
	backends []string          // of a frontend's configuration: a rule may build their names
	acls     map[string][]Line // by name
	rules    []Rule            // worked out once; nil before
	byName   map[string][]int  // of the rules, those that take these names alone
	anyName  []int             // and the others
}

// Config is one HAProxy as its files describe it. It does not change after Parse.
type Config struct {
	Path     string
	Files    []string // all that were read, in order
	Sections []*Section
	Problems conf.Problems

	env    map[string]string
	byName map[string]*Section // backends and listens; of two the first
}

// Limits keep hostile files small.
const (
	maxLines = 400_000
	maxFiles = 512
)

// Parse reads the files and folders that -f names, in order. env is the environment of the process, for "${NAME}"
// between double quotes.
func Parse(f Files, names []string, env map[string]string) *Config {
	c := &Config{env: env}
	if len(names) > 0 {
		c.Path = names[0]
	}
	r := &reader{config: c, files: f}
	for _, name := range names {
		if b, err := f.ReadFile(name); err == nil {
			r.file(name, string(b))
			continue
		} else if inside, _ := f.Glob(path.Join(name, "*.cfg")); len(inside) > 0 {
			for _, in := range inside {
				r.read(in)
			}
		} else {
			c.Problems = append(c.Problems, Problem{Place: conf.At(name, 0), Text: "cannot be read: " + err.Error(), Err: err})
		}
	}
	r.readMaps()
	return c
}

// Global is the merged global section, at the place of the first; never nil.
func (c *Config) Global() *Section {
	all := &Section{Kind: "global"}
	for _, s := range c.Sections {
		if s.Kind == "global" {
			if all.File == "" {
				all.Place = s.Place
			}
			all.Lines = append(all.Lines, s.Lines...)
		}
	}
	return all
}

// Proxies are the sections of some kinds, in order.
func (c *Config) Proxies(kinds ...string) []*Section {
	var out []*Section
	for _, s := range c.Sections {
		for _, k := range kinds {
			if s.Kind == k {
				out = append(out, s)
			}
		}
	}
	return out
}

// Backend is the backend or listen of that name.
func (c *Config) Backend(name string) *Section { return c.byName[name] }

// Get is the last line that begins with these words, of the section or, without one, of the defaults it inherits.
// The words must stand behind each other: Get("timeout", "server").
func (s *Section) Get(words ...string) (Line, bool) {
	for at := s; at != nil; at = at.from {
		for i := len(at.Lines) - 1; i >= 0; i-- {
			if l := at.Lines[i]; l.Is(words...) {
				return l, !strings.HasPrefix(l.Words[0], "no ")
			}
		}
	}
	return Line{}, false
}

// All are the section's own lines that begin with a word.
func (s *Section) All(word string) []Line {
	var out []Line
	for _, l := range s.Lines {
		if l.Is(word) {
			out = append(out, l)
		}
	}
	return out
}

// Mode is "http" or "tcp" (HAProxy's default).
func (s *Section) Mode() string {
	if l, ok := s.Get("mode"); ok && len(l.Words) > 1 {
		return l.Words[1]
	}
	return "tcp"
}

// Disabled says that a proxy is told to do nothing: a "disabled" of its own, or of its defaults where it is not "enabled" itself.
func (s *Section) Disabled() bool {
	for at := s; at != nil; at = at.from {
		for i := len(at.Lines) - 1; i >= 0; i-- {
			if l := at.Lines[i]; l.Is("disabled") || l.Is("enabled") {
				return l.Is("disabled")
			}
		}
	}
	return false
}
