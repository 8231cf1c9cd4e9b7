package traefik

import (
	"go.yaml.in/yaml/v3"

	"fix502/sysinfo/conf"
)

func parseYAML(name string, b []byte, problems *conf.Problems) *node {
	var doc yaml.Node
	if line, err := conf.YAML(string(b), &doc); err != nil {
		problems.Add(conf.At(name, line), err.Error(), nil)
		return newNode(conf.At(name, 0))
	}
	if len(doc.Content) == 0 {
		return newNode(conf.At(name, 0))
	}
	r := yamlReader{name: name, left: maxNodes}
	return r.node(doc.Content[0], 0)
}

const (
	maxNodes = 200_000
	maxDepth = 64
)

// yamlReader counts: an alias of aliases of aliases is small in the file only.
type yamlReader struct {
	name string
	left int
}

func (r *yamlReader) node(y *yaml.Node, depth int) *node {
	n := newNode(conf.At(r.name, y.Line))
	if r.left--; r.left < 0 || depth > maxDepth {
		return n
	}
	switch y.Kind {
	case yaml.AliasNode:
		return r.node(y.Alias, depth+1)
	case yaml.ScalarNode:
		n.text = y.Value
		if y.Tag == "!!null" {
			n.text = ""
		}
	case yaml.SequenceNode:
		for _, x := range y.Content {
			n.list = append(n.list, r.node(x, depth+1))
		}
	case yaml.MappingNode:
		for i := 0; i+1 < len(y.Content); i += 2 {
			key := y.Content[i]
			c := n.child(key.Value, conf.At(r.name, key.Line))
			at := c.at
			*c = *r.node(y.Content[i+1], depth+1)
			if c.text == "" { // a block begins with its key, a scalar is where it stands
				c.at = at
			}
		}
	}
	return n
}
