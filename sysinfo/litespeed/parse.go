package litespeed

import (
	"strings"

	"fix502/sysinfo/conf"
)

// block is a named part of a file: "listener Default { … }". Names do not care for case.
type block struct {
	Place
	name, arg string
	lines     []line
	inner     []*block
}

type line struct {
	Value
	key string
}

func (b *block) values(key string) []Value {
	var out []Value
	for _, l := range b.lines {
		if strings.EqualFold(l.key, key) {
			out = append(out, l.Value)
		}
	}
	return out
}

// value is the last line of that name, or the word behind a block's name: errorlog logs/error.log { … }.
func (b *block) value(key string) Value {
	if all := b.values(key); len(all) > 0 {
		return all[len(all)-1]
	}
	for _, x := range b.all(key) {
		return Value{x.Place, x.arg}
	}
	return Value{}
}

func (b *block) text(key string) string { return b.value(key).Text }

func (b *block) all(name string) []*block {
	var out []*block
	for _, x := range b.inner {
		if strings.EqualFold(x.name, name) {
			out = append(out, x)
		}
	}
	return out
}

// maxDepth is how deep blocks may lie in each other.
const maxDepth = 32

// parse reads one file: "key value", "name arg {", "}", comments, and texts that go on until their own last word
// (rules <<<END_rules … END_rules).
func parse(file, text string, problems *conf.Problems) *block {
	root := &block{}
	stack := []*block{root}
	n, until := 0, ""
	for l := range strings.Lines(text) {
		n++
		s := strings.TrimSpace(l)
		switch top := stack[len(stack)-1]; {
		case until != "":
			if s == until {
				until = ""
			}
		case s == "" || s[0] == '#':
		case s == "}":
			if len(stack) == 1 {
				problems.Add(conf.At(file, n), "a closing brace without its block", nil)
				continue
			}
			stack = stack[:len(stack)-1]
		case strings.HasSuffix(s, "{"):
			if len(stack) > maxDepth {
				problems.Add(conf.At(file, n), "blocks are nested too deeply", nil)
				return root
			}
			name, arg, _ := strings.Cut(strings.TrimSpace(strings.TrimSuffix(s, "{")), " ")
			b := &block{Place: conf.At(file, n), name: name, arg: strings.TrimSpace(arg)}
			top.inner = append(top.inner, b)
			stack = append(stack, b)
		default:
			key, value := s, ""
			if i := strings.IndexAny(s, " \t"); i > 0 {
				key, value = s[:i], strings.TrimSpace(s[i:])
			}
			if _, end, ok := strings.Cut(value, "<<<"); ok {
				until = strings.TrimSpace(end)
				continue
			}
			top.lines = append(top.lines, line{Value{conf.At(file, n), value}, key})
		}
	}
	if len(stack) > 1 {
		problems.Add(stack[len(stack)-1].Place, "a block without its closing brace", nil)
	}
	return root
}
