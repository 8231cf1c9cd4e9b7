package lab

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// TestWays boots one server per file in ways/ and breaks it in one way after another. It takes the better part of an hour on two cores,
// and so it waits to be asked.
func TestWays(t *testing.T) {
	if os.Getenv("FIX502_LAB_WAYS") == "" {
		t.Skip("FIX502_LAB_WAYS=1 go test -timeout 20m ./lab -run TestWays breaks each gateway in every way; README.md says more")
	}
	mayBoot(t)
	Sweep()
	list, err := Gateways()
	if err != nil {
		t.Fatal(err)
	}
	tool := filepath.Join(t.TempDir(), "fix502")
	if err := BuildTool(t.Context(), tool); err != nil {
		t.Fatal(err)
	}
	for _, g := range list {
		t.Run(g.Name, func(t *testing.T) {
			t.Parallel()
			b := &bench{g: g, tool: tool}
			defer b.clear()
			for _, way := range g.Ways {
				t.Run(strings.TrimPrefix(way.Name, g.Name+"/"), func(t *testing.T) { b.try(t, way) })
			}
		})
	}
}

// A bench is the one server that a gateway's ways share; booted when the first of them asks for it.
type bench struct {
	g    Gateway
	tool string
	m    *Machine
}

func (b *bench) clear() {
	if b.m != nil {
		b.m.Stop()
		b.m = nil
	}
}

func (b *bench) try(t *testing.T, way Fault) {
	ctx, stop := context.WithTimeout(t.Context(), 2*time.Minute)
	defer stop()
	said, ok := aside(ctx, func(r *round) {
		b.healthy(r, ctx, way)
		b.broken(r, ctx, way)
	})
	switch {
	case ok && way.Left != "":
		t.Errorf("it heals: take its line away, left: %s", way.Left)
	case ok && said != "": // a new server was needed
		t.Log(said)
	case ok:
	case way.Left != "":
		t.Skipf("left: %s", way.Left)
	default:
		t.Error(said)
	}
}

// healthy has a server that answers 200: the one that is there, put back, or else a new one.
func (b *bench) healthy(t *round, ctx context.Context, way Fault) {
	if b.m != nil {
		err := b.g.Restore(ctx, b.m)
		if err == nil {
			said, code := eventually(ctx, b.m, healing, way.Ask("200"))
			if code == 0 {
				return
			}
			t.Logf("restored, but %s", said)
		} else {
			t.Logf("%v", err)
		}
		t.Logf("a new server, then")
		b.clear()
	}
	m, err := Boot(ctx, "ways-"+b.g.Name, b.g.Tree)
	if err != nil {
		t.Fatal(err)
	}
	b.m = m
	must(t, ctx, m, "setup", b.g.Setup)
	if err := m.CopyIn(ctx, b.tool, "/usr/local/bin/fix502", 0o755); err != nil {
		t.Fatal(err)
	}
	if err := b.g.Keep(ctx, m); err != nil {
		t.Fatal(err)
	}
	soon(t, ctx, m, "the healthy site", way.Ask("200"))
}

func (b *bench) broken(t *round, ctx context.Context, way Fault) {
	must(t, ctx, b.m, "break", way.Break)
	soon(t, ctx, b.m, "the broken site", way.Ask(way.Broken))
	first, code := diagnose(t, ctx, b.m, way)
	mustBeSeen(t, ctx, b.m, way, first)
	mustHeal(t, ctx, b.m, way, first, code)
}

func TestEveryWayReads(t *testing.T) {
	list, err := Gateways()
	if err != nil {
		t.Fatal(err)
	}
	for _, g := range list {
		var names []string
		for _, way := range g.Ways {
			if slices.Contains(names, way.Name) {
				t.Errorf("%s is there twice", way.Name)
			}
			names = append(names, way.Name)
		}
	}
}
