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
	var texts [][]byte
	dir := filepath.Dir(file)
	for name := file; name != ""; {
		b, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		texts = append(texts, b)
		if name = base(string(b)); name != "" {
			name = filepath.Join(dir, "base", name+".txtar")
		}
		if len(texts) > 10 {
			t.Fatalf("%s: its bases go in a circle", file)
		}
	}
	slices.Reverse(texts)
	m, err := recorded.Parse(texts...)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
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
