package wizard

import (
	"slices"
	"strings"

	"github.com/charmbracelet/x/ansi"

	"fix502/checks"
	"fix502/sysinfo"
)

// Leg is one end of the drawn path, with the state of the way that leads to it.
type Leg struct {
	Name, Address, Says string
	Status              checks.Status
}

// Legs are what is drawn of a path: the browser, the gateway, and the hop that matters most. Hops of one site
// stand beside each other, so one broken hop is drawn and the others are counted.
func (p Path) Legs() (legs []Leg, others int) {
	legs = []Leg{{Name: "browser", Status: checks.Pass}}
	if len(p.Hops) == 0 {
		return legs, 0
	}
	for _, g := range append(slices.Clone(p.Through), p.Hops[0]) {
		legs = append(legs, Leg{sysinfo.Title(g.Kind), shortListen(g.Address), g.Says, g.Status})
	}
	if len(p.Hops) == 1 {
		return legs, 0
	}
	worst := p.Hops[1]
	for _, h := range p.Hops[2:] {
		if weight(h.Status) > weight(worst.Status) {
			worst = h
		}
	}
	return append(legs, Leg{worst.Kind, worst.Address, worst.Says, worst.Status}), len(p.Hops) - 2
}

// Broken says that a hop of the path fails.
func (p Path) Broken() bool {
	for _, h := range p.Hops {
		if h.Status == checks.Fail {
			return true
		}
	}
	return false
}

// Worst is the path to draw first: a broken one, else the first.
func (r Report) Worst() (Path, bool) {
	best, at := -1, 0
	for i, p := range r.Paths {
		n := 0
		for _, h := range p.Hops {
			n = max(n, weight(h.Status))
		}
		if len(r.Causes) > 0 && p.Site == r.Causes[0].Site {
			n += 10
		}
		if n > best {
			best, at = n, i
		}
	}
	if best < 0 {
		return Path{}, false
	}
	return r.Paths[at], true
}

func weight(s checks.Status) int {
	return [...]int{checks.Skip: 0, checks.Pass: 1, checks.Unknown: 2, checks.Warn: 3, checks.Fail: 4}[s]
}

// shortListen is ":80, :443" of "0.0.0.0:80, [::]:80, 0.0.0.0:443".
func shortListen(s string) string {
	var out []string
	seen := map[string]bool{}
	for _, a := range strings.Split(s, ", ") {
		for _, all := range []string{"0.0.0.0:", "[::]:"} {
			if rest, ok := strings.CutPrefix(a, all); ok {
				a = ":" + rest
			}
		}
		if !seen[a] {
			out = append(out, a)
		}
		seen[a] = true
	}
	return strings.Join(out, ", ")
}

// Pen draws: its signs, and how a state colours what it has to do with.
type Pen struct {
	ASCII bool
	Paint func(s checks.Status, text string) string // nil leaves it plain
}

// Sign stands for a state where there is room for one character.
func (p Pen) Sign(s checks.Status) string {
	if p.ASCII {
		return [...]string{checks.Skip: "-", checks.Pass: "+", checks.Warn: "!", checks.Fail: "x", checks.Unknown: "?"}[s]
	}
	return [...]string{checks.Skip: "–", checks.Pass: "✓", checks.Warn: "!", checks.Fail: "✗", checks.Unknown: "?"}[s]
}

// ascii has a character of the seven-bit kind for each that our own texts use beyond it, one for one.
var ascii = strings.NewReplacer("→", ">", "“", `"`, "”", `"`, "…", "~", "–", "-", "·", ".", "⋮", ":", "─", "-", "✗", "x", "✓", "+", "×", "x", "│", "|", "↳", "=")

// Text is our own text as this pen may write it. Commands do not go through here: they stay as they are.
func (p Pen) Text(s string) string {
	if p.ASCII {
		return ascii.Replace(s)
	}
	return s
}

func (p Pen) paint(s checks.Status, text string) string {
	if p.Paint == nil || text == "" {
		return text
	}
	return p.Paint(s, text)
}

// line is the way between two ends: whole, or with the sign of what is wrong in its middle.
func (p Pen) line(s checks.Status) string {
	dash := "──"
	if p.ASCII {
		dash = "--"
	}
	switch s {
	case checks.Pass, checks.Skip:
		return dash
	case checks.Fail:
		return p.paint(s, dash+p.Sign(s)+dash)
	}
	return p.paint(s, dash+p.Sign(s)+dash)
}

// Draw draws a path: on one line with what each end says below, or from top to bottom where that is too wide.
func (p Pen) Draw(path Path, width int) []string {
	legs, others := path.Legs()
	top := ""
	var below []string
	for i, l := range legs {
		if i > 0 {
			top += " " + p.line(l.Status) + " "
		}
		at := ansi.StringWidth(top)
		top += p.name(l)
		if l.Says != "" && i > 0 {
			below = under(below, at, p.said(l))
		}
	}
	if ansi.StringWidth(top) > width {
		return p.drawDown(legs, others, width)
	}
	out := []string{top}
	for _, b := range below {
		out = append(out, ansi.Truncate(b, width, p.dots()))
	}
	return p.more(out, others)
}

// under puts a word below its column, on the first line that is free there.
func under(lines []string, at int, s string) []string {
	for i, l := range lines {
		if n := ansi.StringWidth(l); n+2 <= at {
			lines[i] += strings.Repeat(" ", at-n) + s
			return lines
		}
	}
	return append(lines, strings.Repeat(" ", at)+s)
}

// said is what an end says, in the colour of what is wrong with it.
func (p Pen) said(l Leg) string {
	if l.Status == checks.Pass || l.Status == checks.Skip {
		return l.Says
	}
	return p.paint(l.Status, l.Says)
}

func (p Pen) dots() string {
	if p.ASCII {
		return "..."
	}
	return "…"
}

func (p Pen) name(l Leg) string {
	s := l.Name
	if l.Address != "" {
		s += " " + l.Address
	}
	if l.Status == checks.Fail {
		return p.paint(l.Status, s)
	}
	return s
}

func (p Pen) drawDown(legs []Leg, others, width int) []string {
	var out []string
	bar := "│"
	if p.ASCII {
		bar = "|"
	}
	for i, l := range legs {
		if i > 0 {
			mark := bar
			if l.Status != checks.Pass && l.Status != checks.Skip {
				mark = p.paint(l.Status, p.Sign(l.Status))
			}
			if l.Says != "" {
				mark += "  " + p.paint(l.Status, l.Says)
			}
			out = append(out, ansi.Truncate(" "+mark, width, p.dots()))
		}
		out = append(out, ansi.Truncate(p.name(l), width, p.dots()))
	}
	return p.more(out, others)
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
