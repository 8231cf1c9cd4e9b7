// Package hosttest loads recorded machines for tests.
package hosttest

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"fix502/sysinfo/recorded"
)

// Load reads a machine from a text file; see package recorded for what may stand in it. A line "base debian-php"
// in its comment lays it on top of base/debian-php.txtar beside it, which may have a base of its own.
func Load(t testing.TB, file string) *recorded.Machine {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return Text(t, filepath.Dir(file), string(b))
}

// Text is Load for a text that stands in no file; its bases are those in the folder base of dir.
func Text(t testing.TB, dir, text string) *recorded.Machine {
	t.Helper()
	texts := [][]byte{[]byte(text)}
	for name := base(text); name != ""; {
		b, err := os.ReadFile(filepath.Join(dir, "base", name+".txtar"))
		if err != nil {
			t.Fatal(err)
		}
		texts, name = append(texts, b), base(string(b))
		if len(texts) > 10 {
			t.Fatalf("%s: the bases go in a circle", name)
		}
	}
	slices.Reverse(texts)
	m, err := recorded.Parse(texts...)
	if err != nil {
		t.Fatalf("%s: %v", dir, err)
	}
	return m
}

// base is the name on the comment's base line; empty without one.
func base(text string) string {
	for line := range strings.Lines(text) {
		if strings.HasPrefix(line, "-- ") {
			break
		}
		if name, ok := strings.CutPrefix(line, "base "); ok {
			return strings.TrimSpace(name)
		}
	}
	return ""
}
