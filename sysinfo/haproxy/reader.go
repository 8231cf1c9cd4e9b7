package haproxy

import (
	"slices"
	"strings"

	"fix502/sysinfo/conf"
)

// sectionKinds begin a section (cfgparse.c and the registered ones of 2.x and 3.x).
var sectionKinds = []string{"global", "defaults", "frontend", "backend", "listen", "peers", "resolvers", "userlist", "mailers", "program",
	"http-errors", "ring", "cache", "fcgi-app", "log-forward", "log-profile", "crt-store", "traces", "acme"}

type reader struct {
	config   *Config
	files    Files
	section  *Section
	defaults *Section // the last one: what later proxies inherit
	lines    int
	skip     []branch // .if … .endif around this line
}

// branch is one .if: whether its lines count now, and whether one of its branches did already.
type branch struct{ off, taken bool }

func (r *reader) read(name string) {
	b, err := r.files.ReadFile(name)
	if err != nil {
		r.config.Problems.Add(conf.At(name, 0), "cannot be read: "+err.Error(), err)
		return
	}
	r.file(name, string(b))
}

func (r *reader) file(name, text string) {
	c := r.config
	if len(c.Files) >= maxFiles {
		return
	}
	c.Files = append(c.Files, name)
	n := 0
	for line := range strings.Lines(text) {
		n++
		if r.lines++; r.lines > maxLines {
			r.config.Problems.Add(conf.At(name, n), "the rest was not read: too many lines", nil)
			return
		}
		r.line(conf.At(name, n), strings.TrimRight(line, "\r\n"))
	}
	if len(r.skip) > 0 {
		r.config.Problems.Add(conf.At(name, n), "an .if without its .endif", nil)
		r.skip = nil
	}
}

func (r *reader) line(at Place, text string) {
	words, bad := split(text, r.config.env)
	if bad != "" {
		r.config.Problems.Add(at, bad, nil)
	}
	if len(words) == 0 || r.conditional(at, words) {
		return
	}
	if words[0] == "no" && len(words) > 1 || words[0] == "default" && len(words) > 1 {
		words = append([]string{"no " + words[1]}, words[2:]...)
	}
	if slices.Contains(sectionKinds, words[0]) {
		r.begin(at, words)
		return
	}
	if r.section == nil {
		r.config.Problems.Add(at, "unknown keyword '"+words[0]+"' out of section", nil)
		return
	}
	r.section.Lines = append(r.section.Lines, Line{at, words})
}

func (r *reader) begin(at Place, words []string) {
	s := &Section{Place: at, Kind: words[0]}
	if len(words) > 1 {
		s.Name = words[1]
	}
	switch s.Kind {
	case "frontend", "backend", "listen", "defaults":
		if s.Kind != "defaults" {
			s.from = r.defaults
		}
		if len(words) > 3 && words[2] == "from" {
			s.from = r.named(words[3])
		}
		if len(words) > 2 && s.Kind == "defaults" && words[1] == "from" {
			s.Name, s.from = "", r.named(words[2])
		}
		if s.Kind == "defaults" {
			r.defaults = s
		}
	}
	r.section = s
	r.config.Sections = append(r.config.Sections, s)
}

func (r *reader) named(name string) *Section {
	for _, s := range r.config.Proxies("defaults") {
		if s.Name == name {
			return s
		}
	}
	return r.defaults
}

// conditional handles .if and its kin. A condition that needs more than the environment counts as true: its lines are
// then there, which shows more rather than less.
func (r *reader) conditional(at Place, words []string) bool {
	switch words[0] {
	case ".if":
		on := r.condition(words[1:])
		r.skip = append(r.skip, branch{off: !on, taken: on})
	case ".elif", ".else":
		if len(r.skip) == 0 {
			r.config.Problems.Add(at, words[0]+" without an .if", nil)
			return true
		}
		b := &r.skip[len(r.skip)-1]
		on := !b.taken && (words[0] == ".else" || r.condition(words[1:]))
		b.off, b.taken = !on, b.taken || on
	case ".endif":
		if len(r.skip) == 0 {
			r.config.Problems.Add(at, ".endif without an .if", nil)
			return true
		}
		r.skip = r.skip[:len(r.skip)-1]
	case ".notice", ".warning", ".alert", ".diag":
	default:
		return slices.ContainsFunc(r.skip, func(b branch) bool { return b.off })
	}
	return true
}

func (r *reader) condition(words []string) bool {
	text := strings.Join(words, " ")
	name, ok := strings.CutPrefix(text, "defined(")
	if ok {
		_, set := r.config.env[strings.TrimSuffix(name, ")")]
		return set
	}
	return text != "false" && text != "0" && text != ""
}
