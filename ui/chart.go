package ui

import (
	"fmt"
	"strings"
	"time"

	"github.com/charmbracelet/x/ansi"

	"fix502/wizard"
)

// barWidth is how many cells one bar gets: few bars in much room are easier to see when they are broad.
func barWidth(c wizard.Chart, room int) int { return max(1, min(4, room/max(1, len(c.Failed)))) }

// bars draws the failed requests of a chart, and in rows of more than one all requests behind them, as lines of equal width.
func (m Model) bars(c wizard.Chart, rows, each int) []string {
	levels, all := []rune(" ▁▂▃▄▅▆▇█"), "░"
	if m.st.ascii {
		levels, all = []rune(" .:-=+*#@"), "'"
	}
	top := len(levels) - 1
	most := c.Most()
	if rows == 1 { // among many good requests a few bad ones would not be seen on one line
		most = 1
		for _, n := range c.Failed {
			most = max(most, n)
		}
	}
	height := func(n int64) int { // in eighths of a row
		if n <= 0 {
			return 0
		}
		return max(1, int((n*int64(rows*top)+most/2)/most))
	}
	out := make([]string, rows)
	for y := range rows {
		base := (rows - 1 - y) * top
		var b run
		for i := range c.Failed {
			cell := func(s string) string { return strings.Repeat(s, each) }
			bad, asked := height(c.Failed[i])-base, height(c.Asked[i])-base
			switch {
			case bad > 0:
				b.add(m.st.fail.Render, cell(string(levels[min(bad, top)])))
			case rows > 1 && asked > 0:
				b.add(m.st.dim.Render, cell(all))
			case rows == 1 && c.Asked[i] > 0:
				b.add(m.st.dim.Render, cell(m.st.dot()))
			default:
				b.add(m.st.dim.Render, cell(" "))
			}
		}
		out[y] = b.String()
	}
	return out
}

// run is a line in which cells of one style that follow each other are styled together: fewer bytes on a slow line.
type run struct {
	b     strings.Builder
	cells string
	style func(...string) string
	name  string
}

func (r *run) add(style func(...string) string, cell string) {
	if name := style("x"); name != r.name {
		r.flush()
		r.style, r.name = style, name
	}
	r.cells += cell
}

func (r *run) flush() {
	if r.cells != "" {
		r.b.WriteString(r.style(r.cells))
	}
	r.cells = ""
}

func (r *run) String() string {
	r.flush()
	return r.b.String()
}

// marks are the letters of the changes under their bars; empty without one. Several in one bar stand side by side where it
// is broad enough, and else the last is seen.
func marks(c wizard.Chart, each int) string {
	line := []rune(strings.Repeat(" ", len(c.Failed)*each))
	for _, k := range c.Marks {
		at := k.At * each
		for at+1 < (k.At+1)*each && line[at] != ' ' {
			at++
		}
		line[at] = []rune(k.Letter)[0]
	}
	return strings.TrimRight(string(line), " ")
}

// axis are times below the bars, as many as fit.
func axis(c wizard.Chart, each int) string {
	layout := "15:04"
	if c.Step >= 6*time.Hour {
		layout = "02 Jan"
	}
	line := ""
	for i := range c.Failed {
		at := i * each
		if label := c.Time(i).Format(layout); i == 0 || at >= ansi.StringWidth(line)+9 && at+len(label) <= len(c.Failed)*each {
			line += strings.Repeat(" ", max(0, at-ansi.StringWidth(line))) + label
		}
	}
	return line
}

// per says how much time one bar stands for.
func per(c wizard.Chart) string {
	if c.Step < time.Hour {
		return fmt.Sprintf("per %d min", c.Step/time.Minute)
	}
	return fmt.Sprintf("per %d h", c.Step/time.Hour)
}
