package nginx

import (
	"fmt"
	"slices"
	"strings"
)

// Bounds on what strangers may put into a file. Real ones stay far below: the largest seen had 165,000 directives.
const (
	maxDepth      = 256      // blocks within blocks
	maxFile       = 16 << 20 // bytes of one file
	maxTotal      = 128 << 20
	maxIncludes   = 64 // includes within includes
	maxDirectives = 3_000_000
	maxProblems   = 100 // of one file; after that it is not a configuration
)

// Directive is one directive as written.
type Directive struct {
	Name   string
	Args   []string
	File   string
	Line   int // of its name
	End    int // of its ; or }
	Braces bool
	Inner  []Directive // between the braces, includes not yet expanded; nothing for Lua
}

// Place is where its name stands.
func (d *Directive) Place() Place { return Place{File: d.File, Line: d.Line} }

// file is one parsed file. It is parsed once and included as often as the configuration says.
type file struct {
	name     string
	list     []Directive
	problems []Problem
	err      error
}

// parser builds the tree of one file with a stack of its own: depth costs no recursion.
type parser struct {
	lexer
	name string
	done []Directive // finished directives of all open blocks, the outermost first
	open []int       // where each open block's directive stands in done
	slab []string    // room for Args
	deep int         // open blocks beyond maxDepth, which are dropped
}

func parseFile(name, src string) *file { return new(parser).parse(name, src) }

// parse reads one file. A parser may be used again: its room is kept.
func (p *parser) parse(name, src string) *file {
	p.name, p.done, p.open, p.deep = name, p.done[:0], p.open[:0], 0
	p.lexer = lexer{src: src, line: 1, words: p.words[:0]}
	const bom = "\ufeff"
	if strings.HasPrefix(src, bom) {
		p.pos = len(bom)
		p.complain(1, "unknown directive: a byte order mark stands before the first one")
	}
	for {
		switch p.next() {
		case endFile:
			p.unclosed()
			return &file{name: name, list: slices.Clone(p.done), problems: p.problems}
		case endLine:
			p.add(false)
		case endOpen:
			p.push()
		case endClose:
			p.pop()
		}
	}
}

func (p *parser) add(braces bool) {
	if p.deep > 0 {
		return
	}
	d := Directive{File: p.name, Line: p.first, End: p.line, Braces: braces}
	if len(p.words) > 0 {
		d.Name, d.Args = p.words[0], p.keep(p.words[1:])
	}
	p.done = append(p.done, d)
}

// keep copies words into the slab, so that a file costs few allocations.
func (p *parser) keep(words []string) []string {
	if len(words) == 0 {
		return nil
	}
	if len(words) > cap(p.slab)-len(p.slab) {
		p.slab = make([]string, 0, max(256, len(words)))
	}
	start := len(p.slab)
	p.slab = append(p.slab, words...)
	return p.slab[start:len(p.slab):len(p.slab)]
}

func (p *parser) push() {
	if len(p.words) > 0 && isLua(p.words[0]) {
		line := p.line
		if !p.skipLua() {
			p.complain(p.line, fmt.Sprintf(`unexpected end of file, expecting "}" for the Lua block of line %d`, line))
		}
		p.add(true)
		return
	}
	if len(p.open) >= maxDepth {
		if p.deep == 0 {
			p.complain(p.line, fmt.Sprintf("blocks deeper than %d are not read", maxDepth))
		}
		p.deep++
		return
	}
	p.add(true)
	p.open = append(p.open, len(p.done)-1)
}

func (p *parser) pop() {
	switch {
	case p.deep > 0:
		p.deep--
	case len(p.open) == 0:
		p.complain(p.line, `unexpected "}"`)
	default:
		at := p.open[len(p.open)-1]
		p.open = p.open[:len(p.open)-1]
		d := &p.done[at]
		d.End = p.line
		d.Inner = slices.Clone(p.done[at+1:])
		p.done = p.done[:at+1]
	}
}

// unclosed closes what the file left open; nginx names the last line only, so the opening one is added.
func (p *parser) unclosed() {
	if n := len(p.open); n > 0 {
		opened := p.done[p.open[n-1]].Line
		p.complain(p.line, fmt.Sprintf(`unexpected end of file, expecting "}" (the block opened on line %d)`, opened))
	}
	p.deep = 0
	for len(p.open) > 0 {
		p.pop()
	}
}
