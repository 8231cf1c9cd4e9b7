package apache

import (
	"fmt"
	"strings"
)

// section reads <Name ...>: the conditional ones melt into what is around them, the others stay.
func (r *reader) section(in *Section, s *source, name, raw string, depth int) {
	name, raw = header(name, raw)
	place := s.place()
	inner := &Section{Name: name, Raw: raw, Place: place, Up: in}
	if depth >= maxDepth {
		r.complain(place, fmt.Sprintf("sections deeper than %d are not read", maxDepth), nil)
		r.skip(inner, s)
		return
	}
	switch strings.ToLower(name) {
	case "ifmodule", "ifdefine", "ifversion", "iffile", "ifdirective", "ifsection":
		inner.Up = in.Up
		if !r.holds(strings.ToLower(name), raw) {
			r.skip(inner, s)
			return
		}
		melt := &Section{Name: name, Place: place, Up: in.Up, Items: in.Items}
		r.melt(in, melt, s, depth)
	case "macro":
		r.defineMacro(inner, s)
	default:
		inner.Args = words(raw)
		in.Items = append(in.Items, Item{Section: inner})
		r.fill(inner, s, depth+1)
	}
}

// melt reads a conditional section's lines as if they stood in the section around it.
func (r *reader) melt(in, melt *Section, s *source, depth int) {
	start := len(in.Items)
	r.fill(melt, s, depth+1)
	in.Items = melt.Items
	for _, i := range in.Items[start:] {
		if i.Directive != nil {
			i.Directive.In = in
		} else {
			i.Section.Up = in
		}
	}
}

// header takes the > off, wherever the writer put it.
func header(name, raw string) (string, string) {
	if n, ok := strings.CutSuffix(name, ">"); ok {
		return n, raw
	}
	if end := strings.LastIndexByte(raw, '>'); end >= 0 {
		raw = raw[:end]
	}
	return name, strings.TrimSpace(raw)
}

// skip steps over a section that does not hold, sections of its kind within it counted (ap_soak_end_container).
func (r *reader) skip(sec *Section, s *source) {
	for level := 1; ; {
		text, ok := s.next()
		if !ok {
			r.complain(sec.Place, fmt.Sprintf("<%s> was not closed.", sec.Name), nil)
			return
		}
		if r.budget--; r.budget < 0 {
			return
		}
		if len(text) < 2 || text[0] != '<' {
			continue
		}
		name, _ := word(text)
		if end, ok := strings.CutPrefix(name, "</"); ok {
			if strings.EqualFold(strings.TrimSuffix(end, ">"), sec.Name) {
				level--
			}
		} else if strings.EqualFold(strings.TrimSuffix(name[1:], ">"), sec.Name) {
			level++
		}
		if level == 0 {
			return
		}
	}
}

// holds judges the condition of an <If...> that is decided while the files are read.
func (r *reader) holds(kind, raw string) bool {
	not := strings.HasPrefix(raw, "!")
	what := strings.TrimSpace(strings.TrimPrefix(raw, "!"))
	arg, _ := word(what)
	found := false
	switch kind {
	case "ifmodule":
		found = r.config.Has(arg)
	case "ifdefine":
		_, found = r.defines[arg]
	case "iffile":
		found = r.files.Exists(under(r.config.Built.Root, arg))
	case "ifversion":
		return versionHolds(r.config.Built.Version, raw)
	case "ifdirective", "ifsection":
		found = true
	}
	return found != not
}
