package nginx

import (
	"fmt"
	"strings"
)

// rule is how one directive may be written in one kind of block.
type rule struct {
	counts string // "12", "1+"
	block  bool
}

// use is a directive in a kind of block, by the block's letter.
type use struct {
	name  string
	where byte
}

// grammar is the table of directives, made ready for one reading.
type grammar struct {
	rules  map[use]rule
	names  map[string]bool
	slips  map[string]string // unknown names looked at so far, and what was probably meant
	budget int
}

func newGrammar() grammar {
	g := grammar{rules: map[use]rule{}, names: map[string]bool{}, slips: map[string]string{}, budget: 1000}
	var places string
	var r rule
	for text := range strings.Lines(directives) {
		words := strings.Fields(text)
		if len(words) == 0 {
			continue
		}
		if text[0] != '\t' {
			places, r = words[0], rule{words[1], words[2] == "{"}
			words = words[3:]
		}
		for _, name := range words {
			g.names[name] = true
			for i := range len(places) {
				g.rules[use{name, places[i]}] = r
			}
		}
	}
	return g
}

// inside is the letter of a block of that name within b.
func inside(b *Block, name string) byte {
	switch string(b.where) + name {
	case "mevents":
		return 'e'
	case "mhttp":
		return 'h'
	case "hserver":
		return 's'
	case "hupstream":
		return 'u'
	case "slocation", "llocation":
		return 'l'
	case "sif":
		return 'j'
	case "lif":
		return 'i'
	case "llimit_except":
		return 't'
	}
	return 0
}

// fault is what nginx says of a directive in such a block, or "". Of names it does not know it speaks only where
// they look like a slip of a known one, as any module may bring its own.
func (g grammar) fault(where byte, d *Directive) string {
	if where == 0 || d.Name == "include" || d.Name == "" {
		return ""
	}
	r, ok := g.rules[use{d.Name, where}]
	switch {
	case !ok && g.names[d.Name]:
		return fmt.Sprintf("%q directive is not allowed here", d.Name)
	case !ok:
		return g.unknown(where, d)
	case r.block && !d.Braces:
		return fmt.Sprintf("directive %q has no opening \"{\"", d.Name)
	case !r.block && d.Braces:
		return fmt.Sprintf("directive %q is not terminated by \";\"", d.Name)
	case !r.takes(len(d.Args)):
		return fmt.Sprintf("invalid number of arguments in %q directive", d.Name)
	}
	return ""
}

func (r rule) takes(n int) bool {
	if least, ok := strings.CutSuffix(r.counts, "+"); ok {
		return n >= int(least[0]-'0')
	}
	return n < 10 && strings.IndexByte(r.counts, byte('0'+n)) >= 0
}

func (g grammar) unknown(where byte, d *Directive) string {
	name := d.Name
	if strings.IndexFunc(name, func(c rune) bool { return c < ' ' || c == 0x7f }) >= 0 {
		return fmt.Sprintf("unknown directive %q", name)
	}
	meant, seen := g.slips[name]
	if !seen && len(g.slips) < g.budget {
		meant = g.nearest(name)
		g.slips[name] = meant
	}
	if meant == "" && len(name) < 6 {
		meant = g.short(where, d)
	}
	if meant == "" {
		return ""
	}
	return fmt.Sprintf("unknown directive %q (%s?)", name, meant)
}

// nearest is a known name one slip away. Short names are too near to each other, and some modules of others
// chose names that are near to nginx's.
func (g grammar) nearest(name string) string {
	if len(name) < 6 || len(name) > 40 || strings.HasPrefix(name, "subs_filter") || strings.HasPrefix(name, "geoip2") {
		return ""
	}
	best := ""
	for known := range g.names {
		if oneSlip(name, known) && (best == "" || known < best) {
			best = known
		}
	}
	return best
}

// short is what a name of four or five letters stands for: the only one a slip away that may be written in this place, with as many
// words behind it.
func (g grammar) short(where byte, d *Directive) string {
	if len(d.Name) < 4 {
		return ""
	}
	found := ""
	for known := range g.names {
		r, ok := g.rules[use{known, where}]
		if !ok || r.block != d.Braces || !r.takes(len(d.Args)) || !oneSlip(d.Name, known) {
			continue
		}
		if found != "" {
			return ""
		}
		found = known
	}
	return found
}

// oneSlip says whether a letter was lost, added, changed, or changed places with its neighbour.
func oneSlip(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	switch len(b) - len(a) {
	case 1:
		return a[i:] == b[i+1:]
	case 0:
		if i == len(a) {
			return false
		}
		swapped := i+1 < len(a) && a[i] == b[i+1] && a[i+1] == b[i] && a[i+2:] == b[i+2:]
		return swapped || a[i+1:] == b[i+1:]
	}
	return false
}
