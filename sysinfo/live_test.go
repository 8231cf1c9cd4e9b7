package sysinfo

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"
)

// A program of ours has no terminal: its session is its own, and its input is at its end.
func TestProgramsCanAskNobody(t *testing.T) {
	out, err := run(t.Context(), "cat", "/proc/self/stat", "-")
	_, rest, _ := strings.Cut(string(out.Stdout), ") ")
	w := strings.Fields(rest) // state, ppid, pgrp, session, tty
	pid, _, _ := strings.Cut(string(out.Stdout), " ")
	if err != nil || len(w) < 5 || w[2] != pid || w[3] != pid || w[4] != "0" {
		t.Errorf("got %q, %v, want group and session %s and no terminal", out.Stdout, err, pid)
	}
}

// psql is told as well: it would ask whatever it could.
func TestPsqlAsksForNoPassword(t *testing.T) {
	tree := NewMemoryTree(time.Unix(0, 0))
	tree.Write("/usr/bin/psql", nil)
	var said []string
	f := NewFacts(&Host{Root: tree.Root(), Run: func(_ context.Context, _ string, args ...string) (Output, error) { said = args; return Output{}, nil }})
	if _, err := f.Postgres(t.Context()); err != nil || !slices.ContainsFunc(said, func(w string) bool { return strings.HasPrefix(w, "-w") }) {
		t.Errorf("got %q, %v, want psql with -w", said, err)
	}
}
