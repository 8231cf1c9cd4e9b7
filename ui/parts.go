package ui

import (
	"fmt"
	"strings"
	"unicode"

	"github.com/charmbracelet/x/ansi"

	"fix502/wizard"
)

// lay draws the parts of a page as lines of at most width cells.
func (m Model) lay(parts []wizard.Part, width int) []string {
	var out []string
	add := func(first, text, rest string, style func(...string) string) {
		room := width - max(ansi.StringWidth(first), ansi.StringWidth(rest))
		for i, l := range wizard.Wrap(text, room) {
			lead := rest
			if i == 0 {
				lead = first
			}
			out = append(out, lead+style(l))
		}
	}
	plain := func(s ...string) string { return strings.Join(s, "") }
	for i, p := range parts {
		if gap(parts, i) && len(out) > 0 {
			out = append(out, "")
		}
		switch p.Kind {
		case wizard.Head:
			add("", p.Text, "", m.st.accent.Bold(true).Render)
		case wizard.State:
			sign := m.st.of(p.Status).Render(m.st.pen().Sign(p.Status) + " " + p.Status.String())
			add(sign+"  ", p.Text, "  ", plain)
		case wizard.Evident:
			add("", p.Source, "  ", m.st.dim.Render)
			if p.Text != "" {
				add("  ", p.Text, "  ", plain)
			}
		case wizard.Item:
			add("", p.Source, "", m.st.bold.Render)
			if p.Text != "" {
				add("  ", p.Text, "  ", plain)
			}
		case wizard.Numbered:
			add(fmt.Sprintf("%d. ", p.N), p.Text, "   ", plain)
		case wizard.Command:
			out = append(out, m.commandLines(p, width)...)
		case wizard.Verbatim:
			for _, l := range fold(visible(p.Text), max(4, width-2)) {
				out = append(out, "  "+m.st.dim.Render(l))
			}
		case wizard.Drawing:
			draw := m.st.pen().Draw
			if width >= 70 {
				draw = m.st.pen().Boxes
			}
			out = append(out, draw(*p.Path, width)...)
		case wizard.Lines:
			out = append(out, m.excerptLines(*p.Excerpt, width)...)
		case wizard.Dim:
			add("", p.Text, "", m.st.dim.Render)
		default:
			add("", p.Text, "", plain)
		}
	}
	return out
}

// gap says that an empty line belongs above this part.
func gap(parts []wizard.Part, i int) bool {
	if i == 0 {
		return false
	}
	k, before := parts[i].Kind, parts[i-1].Kind
	switch k {
	case wizard.Head:
		return true
	case wizard.Numbered:
		return true
	case wizard.Item:
		return before != wizard.Head
	case wizard.Say:
		return before == wizard.Say || before == wizard.Command || before == wizard.Item
	case wizard.State:
		return before == wizard.Evident
	}
	return false
}

// commandLines shows a shell line with the number it is copied by.
func (m Model) commandLines(p wizard.Part, width int) []string {
	lead := fmt.Sprintf(" [%d] ", p.N)
	room := max(4, width-len(lead))
	var out []string
	for i, l := range fold(visible(p.Text), room) {
		first := strings.Repeat(" ", len(lead))
		if i == 0 {
			first = m.st.accent.Render(lead)
		}
		out = append(out, first+m.st.command.Render(l))
	}
	return out
}

// visible shows what a terminal would obey. Commands are made by our own checks, which quote such characters; this is
// the second lock.
func visible(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r >= 0x7f && r < 0xa0 || unicode.In(r, unicode.Cf, unicode.Zl, unicode.Zp) {
			return '\uFFFD'
		}
		return r
	}, s)
}
