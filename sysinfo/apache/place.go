package apache

import "strings"

// where is the line that really names what a directive says: the Define of a variable whose value holds it, of a
// directive that goes over several lines the very one, of a macro's the line of the macro or that of its Use.
func (c *Config) where(d *Directive, text string) Place {
	for _, def := range d.defined {
		if text != "" && strings.Contains(def.value, text) && def.place.File != "" {
			return def.place
		}
	}
	for _, def := range d.defined { // only the port is a variable: http://127.0.0.1:${PORT}/
		if def.value != "" && strings.HasSuffix(text, ":"+def.value) && def.place.File != "" {
			return def.place
		}
	}
	if d.first > 0 {
		for n := d.first; n <= d.Place.Line; n++ {
			if at := (Place{File: d.Place.File, Line: n}); strings.Contains(c.text(at), text) {
				return at
			}
		}
	}
	if d.macro.File != "" && !strings.Contains(c.text(d.Place), text) && strings.Contains(c.text(d.macro), text) {
		return d.macro
	}
	return d.Place
}

// text is one line as it stands in its file.
func (c *Config) text(p Place) string {
	rest := c.texts[p.File]
	for n := 1; rest != ""; n++ {
		line, more, _ := strings.Cut(rest, "\n")
		if n == p.Line {
			return line
		}
		rest = more
	}
	return ""
}
