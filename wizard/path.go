package wizard

import (
	"fmt"
	"slices"
	"strings"

	"fix502/checks"
	"fix502/sysinfo"
)

// Leg is one end of the drawn path, with the state of the way that leads to it.
type Leg struct {
	Name, Address string
	Says          string // "answers 502 in 2 ms"
	Side          string // beside a break: what this side asks for, or what is really there
	Status        checks.Status
}

// Break is both sides of the broken hop.
type Break struct {
	Asks  string `json:"asks"`  // "asks for /run/php/php8.1-fpm.sock"
	There string `json:"there"` // "php8.2-fpm listens on /run/php/php8.2-fpm.sock"
}

// Legs are what is drawn of a path: the browser, the network in front, the gateways, and the hop that matters most.
// Hops of one site stand beside each other, so one broken hop is drawn and the others are counted.
func (p Path) Legs() (legs []Leg, others int) {
	legs = []Leg{{Name: "browser", Status: checks.Pass}}
	if p.Front != nil {
		legs = append(legs, leg(*p.Front))
	}
	if len(p.Hops) == 0 {
		return legs, 0
	}
	for _, g := range append(slices.Clone(p.Through), p.Hops[0]) {
		g.Address = shortListen(g.Address)
		legs = append(legs, leg(g))
	}
	if len(p.Hops) == 1 {
		return legs, 0
	}
	worst := p.Hops[1]
	for _, h := range p.Hops[2:] {
		if h.weight() > worst.weight() {
			worst = h
		}
	}
	worst.Address = strings.TrimPrefix(worst.Address, "unix:")
	legs = append(legs, leg(worst))
	if p.Behind != nil {
		legs = append(legs, leg(*p.Behind))
	}
	return p.sides(legs), len(p.Hops) - 2
}

func leg(s Stop) Leg {
	l := Leg{Name: sysinfo.Title(s.Kind), Address: s.Address, Says: s.Says, Status: s.Status}
	switch {
	case s.MS <= 0:
	case strings.HasPrefix(s.Says, "answers"):
		l.Says += " in " + millis(s.MS)
	default:
		l.Says += ", after " + millis(s.MS)
	}
	return l
}

// millis is a time for people: "0.4 ms", "12 ms", "3.1 s".
func millis(ms float64) string {
	switch {
	case ms < 10:
		return fmt.Sprintf("%.1f ms", ms)
	case ms < 1000:
		return fmt.Sprintf("%.0f ms", ms)
	}
	return fmt.Sprintf("%.1f s", ms/1000)
}

// sides puts what either side of the break has to say beside it.
func (p Path) sides(legs []Leg) []Leg {
	i := slices.IndexFunc(legs, func(l Leg) bool { return l.Status == checks.Fail })
	if p.Break == nil || i < 1 || p.Behind != nil && i == len(legs)-1 { // it is told of the hop, not of what is behind it
		return legs
	}
	legs[i-1].Side, legs[i].Side = p.Break.Asks, p.Break.There
	if strings.HasSuffix(p.Break.Asks, " "+legs[i].Address) { // it stands on the other side of the break already
		legs[i].Address = ""
	}
	if legs[i].Says == legs[i].Side {
		legs[i].Says = ""
	}
	return legs
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

// Worst is the path to draw first: a broken one, else the first; of two gateways on one way the inner one's, which shows the outer one as well.
func (r Report) Worst() (Path, bool) {
	best, at := -1, 0
	for i, p := range r.Paths {
		n := 0
		for _, h := range p.Hops {
			n = max(n, h.weight())
		}
		if p.Behind != nil {
			n = max(n, weight(p.Behind.Status))
		}
		if len(r.Causes) > 0 && p.Site == r.Causes[0].Site {
			n += 10
		}
		if n = 10 * n; i > 0 && p.within(r.Paths[at]) {
			n += len(p.Through)
		}
		if n > best {
			best, at = n, i
		}
	}
	if best < 0 {
		return Path{}, false
	}
	p := r.Paths[at]
	if len(r.Causes) > 0 && r.Causes[0].Site == p.Site {
		p.Break = r.Causes[0].Break
		p.Hops = slices.Clone(p.Hops)
		for i, h := range p.Hops {
			if h.Says == r.Causes[0].Title { // the verdict says it already
				p.Hops[i].Says = "fails"
			}
		}
	}
	return p, true
}

// within says that the gateway of another path stands in front of this one's.
func (p Path) within(outer Path) bool {
	return slices.ContainsFunc(p.Through, func(g Stop) bool { return g.Kind == outer.Hops[0].Kind && g.Address == outer.Hops[0].Address })
}

func weight(s checks.Status) int {
	return [...]int{checks.Skip: 0, checks.Pass: 1, checks.Unknown: 2, checks.Warn: 3, checks.Fail: 4}[s]
}

// weight is how much a hop matters for the picture: one that the page is not sent to only where it fails.
func (s Stop) weight() int {
	if s.aside && s.Status != checks.Fail {
		return -1
	}
	return weight(s.Status)
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

// Sentence is a path in words.
func Sentence(p Path) string {
	legs, others := p.Legs()
	var out []string
	for i, g := range legs {
		s := strings.TrimSpace(g.Name + " " + g.Address)
		if says := strings.Trim(g.Says+", "+g.Side, ", "); i > 0 && says != "" {
			s += " (" + says + ")"
		}
		if g.Status == checks.Fail {
			s = "BROKEN HERE, " + s
		}
		out = append(out, s)
	}
	say := strings.Join(out, ", then ") + "."
	if others > 0 {
		say += fmt.Sprintf(" %d more upstreams stand beside it.", others)
	}
	return say
}
