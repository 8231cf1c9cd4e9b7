// Package hosttest loads recorded machines for tests.
package hosttest

import (
	"os"
	"testing"

	"fix502/sysinfo/recorded"
)

// Load reads a machine from a text file; see package recorded for what may stand in it.
func Load(t testing.TB, file string) *recorded.Machine {
	t.Helper()
	b, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	m, err := recorded.Parse(b)
	if err != nil {
		t.Fatalf("%s: %v", file, err)
	}
	return m
}
