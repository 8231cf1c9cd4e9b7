package apache

import (
	"fmt"
	"strings"
)

// macro is <Macro name $arg ...>: a text that Use puts in (mod_macro).
type macro struct {
	args  []string
	text  string
	place Place
}

// maxMacroText bounds what macros within macros may grow to.
const maxMacroText = 4 << 20

func (r *reader) defineMacro(sec *Section, s *source) {
	head := words(sec.Raw)
	var b strings.Builder
	level := 1
	for level > 0 {
		text, ok := s.next()
		if !ok {
			r.complain(sec.Place, "<Macro> was not closed.", nil)
			return
		}
		if r.budget--; r.budget < 0 {
			return
		}
		name, _ := word(text)
		switch strings.ToLower(strings.TrimSuffix(name, ">")) {
		case "<macro":
			level++
		case "</macro":
			level--
		}
		if level > 0 && b.Len() < maxFile {
			b.WriteString(text + "\n")
		}
	}
	if len(head) > 0 {
		r.macros[strings.ToLower(head[0])] = &macro{head[1:], b.String(), sec.Place}
	}
}

// use reads a macro's text with its arguments put in. Its lines are told at the line of Use, which is the one that
// has the values.
func (r *reader) use(in *Section, s *source, d *Directive) {
	args := words(d.Raw)
	if len(args) == 0 {
		return
	}
	m := r.macros[strings.ToLower(args[0])]
	switch {
	case m == nil:
		r.complain(d.Place, fmt.Sprintf("macro '%s' undefined", args[0]), nil)
		return
	case len(m.args) != len(args)-1:
		r.complain(d.Place, fmt.Sprintf("macro '%s' (%s) used with %d arguments", args[0], m.place, len(args)-1), nil)
		return
	case s.macros >= maxMacros:
		r.complain(d.Place, fmt.Sprintf("recursive use of macro '%s' is invalid", args[0]), nil)
		return
	}
	text := m.text
	for i, name := range m.args {
		if name != "" && len(text) < maxMacroText {
			text = strings.ReplaceAll(text, name, args[i+1])
		}
	}
	if r.room -= len(text); r.room < 0 || len(text) > maxMacroText {
		r.complain(d.Place, fmt.Sprintf("macro '%s' grows beyond %d bytes", args[0], maxMacroText), nil)
		return
	}
	r.fill(in, &source{lines: lines{rest: text}, file: d.Place.File, fixed: max(d.Place.Line, 1), macro: m.place, depth: s.depth, macros: s.macros + 1}, 0)
}
