package ui

import (
	"fmt"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"fix502/wizard"
)

// excerptLines draw a piece of a file with its line numbers: the line that matters has an arrow, the wrong word in it is
// underlined by a line of its own, so that it needs no colour.
func (m Model) excerptLines(x wizard.Excerpt, width int) []string {
	digits := len(count(x.First + len(x.Lines) - 1))
	room := max(8, width-digits-4)
	var out []string
	for i, l := range x.Lines {
		n := x.First + i
		here := n == x.Line
		lead := m.st.dim.Render(fmt.Sprintf("  %*d ", digits, n))
		if here {
			lead = m.st.fail.Render(fmt.Sprintf("%s %*d ", m.st.pointer(), digits, n))
		}
		from := 0
		for j, part := range strings.Split(ansi.Hardwrap(visible(l), room, true), "\n") {
			if j > 0 {
				lead = strings.Repeat(" ", digits+3)
			}
			if !here {
				out = append(out, lead+" "+m.st.dim.Render(part))
				if j == 1 && len(l) > 2*room { // of the neighbours two lines are enough
					break
				}
				continue
			}
			a, b := max(x.Mark[0]-from, 0), min(x.Mark[1]-from, len(part))
			if a >= b {
				out = append(out, lead+" "+part)
			} else {
				out = append(out, lead+" "+part[:a]+m.st.fail.Render(part[a:b])+part[b:])
				out = append(out, strings.Repeat(" ", digits+4+ansi.StringWidth(part[:a]))+m.st.fail.Render(strings.Repeat("^", ansi.StringWidth(part[a:b]))))
			}
			from += len(part)
		}
	}
	return out
}

// pointer stands before the line that matters.
func (s styles) pointer() string {
	if s.ascii {
		return ">"
	}
	return "▶"
}
