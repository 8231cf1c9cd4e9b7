package wizard

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"fix502/checks"
)

func (p Pen) boxed(cols []column, height int) []string {
	set := [...]string{"╭", "╮", "╰", "╯", "─", "│"}
	if p.ASCII {
		set = [...]string{"+", "+", "+", "+", "-", "|"}
	}
	out := make([]string, height+2)
	for i, c := range cols {
		if i > 0 {
			way := p.line(c.leg.Status)
			for y := range out {
				if y == 1 {
					out[y] += " " + way + " "
				} else {
					out[y] += strings.Repeat(" ", ansi.StringWidth(way)+2)
				}
			}
		}
		edge := func(s string) string {
			if c.leg.Status == checks.Fail {
				return p.paint(c.leg.Status, s)
			}
			return s
		}
		for y := range out {
			switch {
			case y == 0:
				out[y] += edge(set[0] + strings.Repeat(set[4], c.width+2) + set[1])
			case y <= len(c.lines):
				cell := c.lines[y-1]
				out[y] += edge(set[5]) + " " + cell + strings.Repeat(" ", c.width-ansi.StringWidth(cell)) + " " + edge(set[5])
			case y == len(c.lines)+1:
				out[y] += edge(set[2] + strings.Repeat(set[4], c.width+2) + set[3])
			default:
				out[y] += strings.Repeat(" ", c.width+4)
			}
		}
	}
	for y := range out {
		out[y] = strings.TrimRight(out[y], " ")
	}
	return out
}
