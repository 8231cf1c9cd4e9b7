package wizard

import (
	"strings"

	"github.com/charmbracelet/x/ansi"

	"fix502/checks"
)

// line is the way between two ends: whole, or with the sign of what is wrong in its middle.
func (p Pen) line(s checks.Status) string {
	dash := strings.Repeat(p.dash(), 2)
	if s == checks.Fail { // a way that is broken has a gap, too: no colour is needed to see it
		return p.paint(s, dash+" "+p.Sign(s)+" "+dash)
	}
	if s == checks.Pass || s == checks.Skip {
		return dash
	}
	return p.paint(s, dash+p.Sign(s)+dash)
}

func (p Pen) dash() string {
	if p.ASCII {
		return "-"
	}
	return "─"
}

// narrowest is how narrow an end may get before the path is drawn from top to bottom.
const narrowest = 18

// column is one end of a path: its lines, the first of which stands on the way.
type column struct {
	leg   Leg
	width int
	lines []string
}

// Draw draws a path: side by side with what each end says below it, or from top to bottom where that is too wide.
func (p Pen) Draw(path Path, width int) []string { return p.draw(path, width, false) }

// Boxes draws a path as Draw does, each end in a box of its own.
func (p Pen) Boxes(path Path, width int) []string { return p.draw(path, width, true) }

func (p Pen) draw(path Path, width int, boxed bool) []string {
	legs, others := path.Legs()
	cols := make([]column, len(legs))
	room := width
	for i, l := range legs {
		cols[i] = column{leg: l}
		for _, s := range []string{"x " + l.title(), l.Says, l.Side} {
			cols[i].width = max(cols[i].width, ansi.StringWidth(s))
		}
		if boxed {
			room -= 4
		}
		if i > 0 {
			room -= ansi.StringWidth(p.line(l.Status)) + 2
		}
	}
	if !squeeze(cols, room) {
		return p.drawDown(legs, others, width)
	}
	height := 0
	for i := range cols {
		cols[i].lines = p.column(cols[i])
		cols[i].width = 0
		for _, l := range cols[i].lines { // wrapped, it may need less
			cols[i].width = max(cols[i].width, ansi.StringWidth(l))
		}
		height = max(height, len(cols[i].lines))
	}
	var out []string
	if boxed {
		out = p.boxed(cols, height)
	} else {
		for y := range height {
			out = append(out, p.row(cols, y))
		}
	}
	return p.more(out, others)
}

// squeeze makes the widest columns narrower until all fit; false when one would become too narrow to read.
func squeeze(cols []column, room int) bool {
	for {
		sum, widest := 0, 0
		for i, c := range cols {
			if sum += c.width; c.width > cols[widest].width {
				widest = i
			}
		}
		if sum <= room {
			return true
		}
		if cols[widest].width--; cols[widest].width < cols[widest].least() {
			return false
		}
	}
}

// least is as narrow as a column may get: its longest word stays whole.
func (c column) least() int {
	n := narrowest
	for i, s := range []string{c.leg.title(), c.leg.Says, c.leg.Side} {
		for w := range strings.FieldsSeq(s) {
			if i == 0 {
				w += "  "
			}
			n = max(n, ansi.StringWidth(w))
		}
	}
	return n
}

func (l Leg) title() string { return strings.TrimSpace(l.Name + " " + l.Address) }

// column is an end's lines, wrapped to its width.
func (p Pen) column(c column) []string {
	var out []string
	for i, part := range Wrap(c.leg.title(), c.width-2) {
		lead := "  "
		if i == 0 {
			lead = p.paint(c.leg.Status, p.Sign(c.leg.Status)) + " "
		}
		if c.leg.Status == checks.Fail {
			part = p.paint(c.leg.Status, part)
		}
		out = append(out, lead+part)
	}
	for _, s := range []string{c.leg.Says, c.leg.Side} {
		if s == "" || c.leg.Name == "browser" {
			continue
		}
		for _, part := range Wrap(s, c.width) {
			out = append(out, p.said(c.leg, part))
		}
	}
	return out
}

// row is line y of all columns side by side.
func (p Pen) row(cols []column, y int) string {
	out := ""
	for i, c := range cols {
		cell := ""
		if y < len(c.lines) {
			cell = c.lines[y]
		}
		way, next := "", 0
		if i+1 < len(cols) {
			way = p.line(cols[i+1].leg.Status)
			next = ansi.StringWidth(way) + 2
		}
		free := c.width - ansi.StringWidth(cell)
		switch {
		case y > 0 || way == "":
			out += cell + strings.Repeat(" ", free+next)
		default: // the way begins where the name ends
			out += cell + " " + p.paint(cols[i+1].leg.Status, strings.Repeat(p.dash(), free)) + way + " "
		}
	}
	return strings.TrimRight(out, " ")
}

// Line is a path on one line, its ends by their names alone: for where there is no room for more.
func (p Pen) Line(path Path) string {
	legs, _ := path.Legs()
	out := ""
	for i, l := range legs {
		if i > 0 {
			out += " " + p.line(l.Status) + " "
		}
		name := p.Sign(l.Status) + " " + l.Name
		out += p.paint(l.Status, name)
	}
	return out
}

// said is what an end says, in the colour of what is wrong with it.
func (p Pen) said(l Leg, s string) string {
	if l.Status == checks.Pass || l.Status == checks.Skip {
		return s
	}
	return p.paint(l.Status, s)
}

func (p Pen) more(out []string, others int) []string {
	if others == 1 {
		return append(out, "and 1 more upstream beside it")
	}
	if others > 1 {
		return append(out, "and "+number(others)+" more upstreams beside it")
	}
	return out
}
