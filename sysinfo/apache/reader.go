package apache

import (
	"fmt"
	"strings"
)

// Bounds: a configuration beyond them is nobody's, and what is left out is told.
const (
	maxFile       = 8 << 20
	maxTotal      = 64 << 20
	maxDirectives = 500_000
	maxDepth      = 100 // sections within sections
	maxIncludes   = 20  // files within files (AP_MAX_INCLUDE_DEPTH)
	maxFolders    = 20
	maxWords      = 10_000
	maxProblems   = 200
	maxMacros     = 32 // macros within macros
)

// reader puts files together, in the order in which httpd meets their lines: Define, LoadModule and Include work
// at once, so what stands behind them sees what they did.
type reader struct {
	files   Files
	config  *Config
	defines map[string]*definition
	macros  map[string]*macro
	texts   map[string]string // files read so far: a snippet may be included five thousand times
	told    map[told]bool
	budget  int // directives still to be read
	room    int // bytes still to be read
}

// told remembers what was complained of.
type told struct {
	place Place
	text  string
}

func newReader(files Files, c *Config) *reader {
	r := &reader{files: files, config: c, defines: map[string]*definition{}, macros: map[string]*macro{},
		texts: c.texts, told: map[told]bool{}, budget: maxDirectives, room: maxTotal}
	for _, d := range c.Built.Defines {
		name, value, _ := strings.Cut(d, "=")
		r.defines[name] = &definition{value: value}
	}
	return r
}

// source is a text that is being read: a file, or a macro's.
type source struct {
	lines
	file   string
	fixed  int   // of a macro: the line it was used on; 0: count
	macro  Place // where that macro is defined
	depth  int   // of includes
	macros int
}

func (s *source) place() Place {
	if s.fixed > 0 {
		return Place{File: s.file, Line: s.fixed}
	}
	return Place{File: s.file, Line: s.line}
}

func (r *reader) tree(main string) *Section {
	top := &Section{Place: Place{File: main, Line: 1}}
	r.file(top, main, Place{File: main, Line: 0}, 0)
	return top
}

// file reads one file into a section.
func (r *reader) file(in *Section, name string, from Place, depth int) {
	if depth > maxIncludes {
		r.complain(from, fmt.Sprintf("Exceeded maximum include depth of %d, There appears to be a recursion.", maxIncludes), nil)
		return
	}
	text, ok := r.texts[name]
	if !ok {
		b, err := r.files.ReadFile(name)
		switch {
		case err != nil:
			r.complain(from, openFailed(name, err), err)
			return
		case len(b) > maxFile || len(b) > r.room:
			r.complain(from, fmt.Sprintf("%s: %d bytes are too many to read", name, len(b)), nil)
			return
		}
		text = string(b)
		r.room -= len(b)
		r.texts[name] = text
		r.config.Files = append(r.config.Files, name)
	}
	s := &source{lines: lines{rest: text}, file: name, depth: depth}
	r.fill(in, s, 0)
}

// fill reads directives into a section until its end tag, or the end of the text.
func (r *reader) fill(in *Section, s *source, depth int) {
	for {
		first := s.line + 1
		text, ok := s.next()
		if !ok {
			r.unclosed(in, s, depth)
			return
		}
		if s.long {
			r.complain(s.place(), "Line too long", nil)
			continue
		}
		if text == "" || text[0] == '#' {
			continue
		}
		if r.budget--; r.budget < 0 {
			r.complain(Place{File: r.config.Built.ConfPath, Line: 1}, fmt.Sprintf("more than %d directives; the rest was not read", maxDirectives), nil)
			return
		}
		if strings.HasPrefix(text, "</") {
			if r.closes(in, s, text, depth) {
				return
			}
			continue
		}
		r.take(in, s, text, first, depth)
	}
}

// unclosed tells of a section without an end.
func (r *reader) unclosed(in *Section, s *source, depth int) {
	if depth > 0 {
		r.complain(in.Place, fmt.Sprintf("<%s> was not closed.", in.Name), nil)
	}
}

// closes says whether an end tag is this section's; another one is told and stepped over.
func (r *reader) closes(in *Section, s *source, text string, depth int) bool {
	name := strings.TrimSuffix(strings.TrimPrefix(text, "</"), ">")
	name = strings.TrimSpace(name)
	switch {
	case depth == 0:
		r.complain(s.place(), fmt.Sprintf("</%s> without matching <%s> section", name, name), nil)
		return false
	case !in.Is(name):
		r.complain(s.place(), fmt.Sprintf("Expected </%s> but saw </%s>", in.Name, name), nil)
		return false
	}
	in.End = s.line
	return true
}

// take handles one directive, or one section with all that is in it.
func (r *reader) take(in *Section, s *source, text string, first, depth int) {
	text, used := r.resolve(text)
	name, raw := word(text)
	if name == "" {
		return
	}
	if name[0] == '<' {
		r.section(in, s, name[1:], raw, depth)
		return
	}
	d := &Directive{Name: name, Raw: raw, Place: s.place(), In: in, defined: used}
	switch {
	case s.fixed > 0:
		d.macro = Place{File: s.macro.File, Line: s.macro.Line + s.line}
	case first < s.line:
		d.first = first
	}
	if r.atOnce(in, s, d) {
		return
	}
	d.Args = words(raw)
	in.Items = append(in.Items, Item{Directive: d})
}

func (r *reader) complain(p Place, text string, err error) {
	key := told{p, text}
	if r.told[key] || len(r.told) > 10*maxProblems {
		return
	}
	r.told[key] = true
	r.config.problem(p, text, err)
}
