package traefik

import (
	"strings"

	"fix502/sysinfo/conf"
)

// node is a place in a tree of settings, whatever language it was written in. Names do not care for case.
type node struct {
	at    Place
	text  string           // of a scalar
	keys  []string         // as written, in order
	under map[string]*node // by lower-case key
	list  []*node
}

func newNode(at Place) *node { return &node{at: at, under: map[string]*node{}} }

// get walks down; nil when the way ends.
func (n *node) get(keys ...string) *node {
	for _, k := range keys {
		if n == nil {
			return nil
		}
		n = n.under[strings.ToLower(k)]
	}
	return n
}

// value is the scalar at the end of a way.
func (n *node) value(keys ...string) Value {
	if n = n.get(keys...); n == nil {
		return Value{}
	}
	if n.text == "" && len(n.list) > 0 {
		n = n.list[0]
	}
	return Value{n.at, n.text}
}

// flag is a switch; otherwise where nobody says.
func (n *node) flag(otherwise bool, keys ...string) bool {
	v := n.value(keys...)
	if v.Text == "" {
		return otherwise
	}
	return strings.EqualFold(v.Text, "true")
}

// texts are the scalars of a list; a scalar alone is one, with commas between several.
func (n *node) texts(keys ...string) []string {
	if n = n.get(keys...); n == nil {
		return nil
	}
	var out []string
	for _, x := range n.list {
		out = append(out, x.text)
	}
	if len(n.list) == 0 && n.text != "" {
		for one := range strings.SplitSeq(n.text, ",") {
			out = append(out, strings.TrimSpace(one))
		}
	}
	return out
}

// each walks the members in order.
func (n *node) each(do func(name string, n *node)) {
	if n == nil {
		return
	}
	for _, k := range n.keys {
		do(k, n.under[strings.ToLower(k)])
	}
}

// child gives the member of that name and makes it where there is none.
func (n *node) child(key string, at Place) *node {
	low := strings.ToLower(key)
	c := n.under[low]
	if c == nil {
		c = newNode(at)
		n.keys = append(n.keys, key)
		n.under[low] = c
	}
	return c
}

// parseTree reads YAML or TOML by the file's name.
func parseTree(name string, b []byte, problems *conf.Problems) *node {
	if strings.HasSuffix(name, ".toml") {
		return parseTOML(name, b, problems)
	}
	return parseYAML(name, b, problems)
}
