package traefik

import (
	"errors"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2/unstable"

	"fix502/sysinfo/conf"
)

func parseTOML(name string, b []byte, problems *conf.Problems) *node {
	root := newNode(conf.At(name, 0))
	r := tomlReader{name: name}
	for i, c := range b {
		if c == '\n' {
			r.ends = append(r.ends, i)
		}
	}
	r.p.Reset(b)
	in := root
	for r.p.NextExpression() {
		switch e := r.p.Expression(); e.Kind {
		case unstable.Table:
			in = r.walk(root, e, false)
		case unstable.ArrayTable:
			in = r.walk(root, e, true)
		case unstable.KeyValue:
			r.pair(in, e, 0)
		}
	}
	if err := r.p.Error(); err != nil {
		line := 0
		var bad *unstable.ParserError
		if errors.As(err, &bad) && len(bad.Highlight) > 0 {
			line = r.p.Shape(r.p.Range(bad.Highlight)).Start.Line
		}
		problems.Add(conf.At(name, line), strings.TrimPrefix(err.Error(), "toml: "), nil)
	}
	return root
}

type tomlReader struct {
	p    unstable.Parser
	name string
	ends []int // where lines end: the parser would count from the beginning each time it is asked
}

// at is the line of a node, counted from where its text begins.
func (r *tomlReader) at(n *unstable.Node) Place {
	if n.Raw.Length == 0 {
		return conf.At(r.name, 0)
	}
	line, _ := slices.BinarySearch(r.ends, int(n.Raw.Offset))
	return conf.At(r.name, line+1)
}

// walk goes down a header's names; the last of [[…]] begins a new member of its list.
func (r *tomlReader) walk(n *node, e *unstable.Node, list bool) *node {
	it := e.Key()
	for it.Next() {
		key := it.Node()
		at := r.at(key)
		n = n.child(string(key.Data), at)
		if it.IsLast() && list {
			n.list = append(n.list, newNode(at))
		}
		if len(n.list) > 0 {
			n = n.list[len(n.list)-1]
		}
	}
	return n
}

func (r *tomlReader) pair(n *node, e *unstable.Node, depth int) {
	it := e.Key()
	at := Place{}
	for it.Next() {
		at = r.at(it.Node())
		n = n.child(string(it.Node().Data), at)
	}
	*n = *r.node(e.Value(), at, depth)
}

func (r *tomlReader) node(v *unstable.Node, at Place, depth int) *node {
	n := newNode(at)
	if depth > maxDepth {
		return n
	}
	switch v.Kind {
	case unstable.Array:
		it := v.Children()
		for it.Next() {
			place := at
			if p := r.at(it.Node()); p.Line > 0 {
				place = p
			}
			n.list = append(n.list, r.node(it.Node(), place, depth+1))
		}
	case unstable.InlineTable:
		it := v.Children()
		for it.Next() {
			r.pair(n, it.Node(), depth+1)
		}
	default:
		n.text = string(v.Data)
	}
	return n
}
