package checks

import (
	"cmp"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
)

// pageCheck are the lines that tell a backend's check over HTTP what to ask for: its option, and what it sends besides, if anything.
type pageCheck struct {
	root         sysinfo.Root
	back         *haproxy.Section
	option, send haproxy.Line
}

// pageCheckOf reads them. A backend with an option of its own takes no "http-check send" from its defaults, and the other way round.
func pageCheckOf(root sysinfo.Root, back *haproxy.Section, option haproxy.Line) pageCheck {
	c := pageCheck{root: root, back: back, option: option}
	if send, ok := back.Get("http-check", "send"); ok && (sectionHas(back, send) || !sectionHas(back, option)) {
		c.send = send
	}
	return c
}

// page is what the check asks for, / unless it is told otherwise.
func (c pageCheck) page() string {
	page := c.option.After("httpchk")
	if len(c.option.Words) > 3 {
		page = c.option.Words[3]
	}
	return cmp.Or(c.send.After("uri"), page, "/")
}

func (c pageCheck) sends() bool { return len(c.send.Words) > 0 }

// set changes a part of one of them, and add puts one behind the option. Lines of a section defaults stay as they are for the other backends:
// this one gets all of them as its own.
func (c pageCheck) set(x Fix, say string, l haproxy.Line, was, is string) Fix {
	if sectionHas(c.back, l) {
		x.Undo = setLine(c.root, l.Place, configLine(c.root, l.Place))
		return x.Do(say, "%s", replace(c.root, l.Place, was, is))
	}
	var own []string
	for _, o := range []haproxy.Line{c.option, c.send} {
		text := configLine(c.root, o.Place)
		if o.Place == l.Place {
			text = strings.Replace(text, was, is, 1)
		}
		if text != "" {
			own = append(own, text)
		}
	}
	return c.give(x, say, own)
}

func (c pageCheck) add(x Fix, say, text string) Fix {
	if at := c.option.Place; sectionHas(c.back, c.option) {
		x.Undo = removeBelow(c.root, at, 1)
		return x.Do(say, "%s", insertAfter(c.root, at, text))
	}
	return c.give(x, say, []string{configLine(c.root, c.option.Place), text})
}

func (c pageCheck) give(x Fix, say string, own []string) Fix {
	x.Undo = removeBelow(c.root, c.back.Place, len(own))
	return x.Do(say+"; the other backends keep what the section defaults says", "%s", insertAfter(c.root, c.back.Place, strings.Join(own, "\n")))
}

// sectionHas says that a section has a line itself, and not from its defaults.
func sectionHas(s *haproxy.Section, line haproxy.Line) bool {
	return slices.ContainsFunc(s.Lines, func(l haproxy.Line) bool { return l.Place == line.Place })
}
