package nginx

import (
	"fmt"
	"path"
	"strings"
)

// reader puts files together: each is read and parsed once, and walked wherever it is included.
type reader struct {
	files  Files
	dir    string // of the main file: where relative includes start
	config *Config
	parsed map[string]*file
	told   map[told]bool
	budget int // directives still to be walked
	room   int // bytes still to be read
	known  grammar
	parser parser
}

// told remembers what was complained of, as a snippet may be included five thousand times.
type told struct {
	place Place
	text  string
}

// chain is the way of includes by which the walk came to a file.
type chain struct {
	file  string
	up    *chain
	depth int
}

func (c *chain) has(name string) bool {
	for ; c != nil; c = c.up {
		if c.file == name {
			return true
		}
	}
	return false
}

func (c *chain) String() string {
	if c.up == nil {
		return c.file
	}
	return c.up.String() + " -> " + c.file
}

// tree expands the main file into blocks.
func (r *reader) tree(main string) *Block {
	top := &Block{Place: Place{File: main, Line: 1}, where: 'm'}
	f := r.load(main, r.read)
	if f.err != nil {
		r.complain(Place{File: main, Line: 0}, openFailed(main, f.err), f.err)
		return top
	}
	r.fill(top, f.list, &chain{file: main}, 0)
	return top
}

// load reads a file once and tells its problems once.
func (r *reader) load(name string, read func(string) source) *file {
	if f, ok := r.parsed[name]; ok {
		return f
	}
	f := &file{name: name}
	r.parsed[name] = f
	s := read(name)
	switch {
	case s.err != nil:
		f.err = s.err
		return f
	case len(s.text) > maxFile:
		f.err = fmt.Errorf("%d bytes are more than %d", len(s.text), maxFile)
		return f
	case len(s.text) > r.room:
		f.err = fmt.Errorf("all files together are more than %d bytes", maxTotal)
		return f
	}
	r.room -= len(s.text)
	*f = *r.parser.parse(name, string(s.text))
	r.config.Files = append(r.config.Files, name)
	if s.written.After(r.config.Edited) {
		r.config.Edited, r.config.EditedFile = s.written, name
	}
	for _, p := range f.problems {
		r.complain(Place{File: name, Line: p.Line}, p.Text, nil)
	}
	return f
}

// fill puts directives into a block, each include replaced by what it names.
func (r *reader) fill(b *Block, list []Directive, via *chain, depth int) {
	for i := range list {
		d := &list[i]
		if r.budget--; r.budget < 0 {
			r.complain(via.top(), fmt.Sprintf("more than %d directives; the rest was not read", maxDirectives), nil)
			return
		}
		if text := r.known.fault(b.where, d); text != "" {
			r.complain(d.Place(), text, nil)
		}
		switch {
		case d.Braces && depth >= maxDepth:
			r.complain(d.Place(), fmt.Sprintf("blocks deeper than %d are not read", maxDepth), nil)
		case d.Braces:
			inner := &Block{Name: d.Name, Args: d.Args, Place: d.Place(), End: d.End, Up: b, where: inside(b, d.Name), after: len(b.Directives)}
			b.Blocks = append(b.Blocks, inner)
			r.fill(inner, d.Inner, via, depth+1)
		case d.Name == "include":
			r.include(b, d, via, depth)
		default:
			b.Directives = append(b.Directives, d)
		}
	}
}

func (c *chain) top() Place {
	for c.up != nil {
		c = c.up
	}
	return Place{File: c.file, Line: 1}
}

func (r *reader) include(b *Block, d *Directive, via *chain, depth int) {
	if len(d.Args) != 1 {
		r.complain(d.Place(), `invalid number of arguments in "include" directive`, nil)
		return
	}
	names := r.named(d)
	read, stop := r.ahead(names)
	defer stop()
	for _, name := range names {
		f := r.load(name, read)
		switch {
		case f.err != nil:
			r.complain(d.Place(), openFailed(name, f.err), f.err)
		case via.has(name):
			r.complain(d.Place(), fmt.Sprintf("include loop: %s -> %s", via, name), nil)
		case via.depth >= maxIncludes:
			r.complain(d.Place(), fmt.Sprintf("includes deeper than %d are not read", maxIncludes), nil)
		default:
			r.fill(b, f.list, &chain{file: name, up: via, depth: via.depth + 1}, depth)
		}
	}
}

// named is what an include means: a pattern may match nothing, a plain name must exist.
func (r *reader) named(d *Directive) []string {
	name := d.Args[0]
	if !strings.HasPrefix(name, "/") {
		name = path.Join(r.dir, name)
	}
	if !strings.ContainsAny(name, "*?[") {
		return []string{name}
	}
	names, err := r.files.Glob(name)
	if err != nil {
		r.complain(d.Place(), fmt.Sprintf("glob() %q failed: %v", name, err), err)
	}
	return names
}

func (r *reader) complain(p Place, text string, err error) {
	key := told{p, text}
	if r.told[key] || len(r.told) > 10*maxProblems {
		return
	}
	r.told[key] = true
	r.config.problem(p, text, err)
}
