package apache

import (
	"strings"

	"fix502/sysinfo/conf"
)

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
	if at := c.among(d, func(line string) bool { return conf.Whole(line, text) >= 0 }); at.Line > 0 { // timeout=2, and not connectiontimeout=2
		return at
	}
	if at := c.among(d, func(line string) bool { return strings.Contains(line, text) }); at.Line > 0 {
		return at
	}
	if d.macro.File != "" && !strings.Contains(c.text(d.Place), text) && strings.Contains(c.text(d.macro), text) {
		return d.macro
	}
	return d.Place
}

// among is the first of the several lines of a directive that is like this; none where it has one line.
func (c *Config) among(d *Directive, like func(line string) bool) (at Place) {
	for n := d.first; n > 0 && n <= d.Place.Line; n++ {
		if at := (Place{File: d.Place.File, Line: n}); like(c.text(at)) {
			return at
		}
	}
	return Place{}
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
