package conf

import (
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

func TestYAMLNamesTheLineOfASlip(t *testing.T) {
	for _, c := range []struct {
		name, text string
		line       int
	}{
		{"whole", "a:\n  - 1\n", 0},
		{"empty", "", 0},
		{"a tab", "a:\n  b: 1\n\tc: 2\nd: 3\n", 3},
		{"too far in", "a:\n  b: 1\n   c: 2\n", 3},
		{"a quote without its end", "a:\n  b: 'x\n  c: 2\nd: 1\n", 2},
		{"a sign that means something else", "a: 1\nb: @x\nc: 2\n", 2},
		{"a key beside a list's first, one blank off", "a:\n  - x: 1\n   y: 2\n", 3},
		{"behind a list over several lines", "a: [\n  1,\n  2]\nb: 1\n c: 2\n", 5},
	} {
		t.Run(c.name, func(t *testing.T) {
			line, err := YAML(c.text, new(yaml.Node))
			if line != c.line || (err != nil) != (c.line > 0) {
				t.Errorf("got line %d, %v; want %d", line, err, c.line)
			}
		})
	}
}

// Whatever the text, the line is in it.
func FuzzYAML(f *testing.F) {
	f.Add("a:\n\tb: [\n")
	f.Fuzz(func(t *testing.T, text string) {
		if line, err := YAML(text, new(yaml.Node)); line < 0 || err == nil && line > 0 || line > strings.Count(text, "\n")+2 {
			t.Errorf("line %d of %q, %v", line, text, err)
		}
	})
}
