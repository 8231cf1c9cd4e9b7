package lab

import (
	"context"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestFaults breaks one fresh server per file in faults/, asks fix502, and pastes its answer.
func TestFaults(t *testing.T) {
	mayBoot(t)
	list, err := Faults()
	if err != nil {
		t.Fatal(err)
	}
	Sweep()
	// FIX502_LAB_ONLY=break tries the lab itself: every site is healthy, then broken as its file says.
	tool := ""
	if os.Getenv("FIX502_LAB_ONLY") != "break" {
		tool = filepath.Join(t.TempDir(), "fix502")
		if err := BuildTool(t.Context(), tool); err != nil {
			t.Fatal(err)
		}
	}
	var asked, right, again atomic.Int32
	var quiet sync.RWMutex
	t.Cleanup(func() {
		fmt.Printf("lab: %d of %d servers came out right, %d of them asked twice\n", right.Load(), asked.Load(), again.Load())
	})
	for _, f := range list {
		t.Run(f.Name, func(t *testing.T) {
			t.Parallel()
			if end, ok := t.Deadline(); ok && time.Until(end) < 150*time.Second {
				t.Skip("out of time: go test -timeout 30m ./lab asks every server")
			}
			if _, err := Base(t.Context(), f.Tree); err != nil { // before the server's time begins
				t.Fatal(err)
			}
			asked.Add(1)
			quiet.RLock()
			first, ok := once(t, f, tool)
			quiet.RUnlock()
			if !ok { // what was too slow beside another server gets a chance alone
				t.Logf("at the first try: %s", first)
				again.Add(1)
				quiet.Lock()
				defer quiet.Unlock()
				if second, ok := once(t, f, tool); !ok {
					t.Fatal(second)
				}
			}
			right.Add(1)
		})
	}
}

// mayBoot skips where no server can be booted, or fails where that is required.
func mayBoot(t *testing.T) {
	t.Helper()
	why := Missing()
	switch {
	case why == "":
		dependOnSources(t)
	case os.Getenv("FIX502_LAB") == "required":
		t.Fatal(why)
	default:
		t.Skip(why)
	}
}

// dependOnSources looks at every source file once, so that go test does not take an answer of an older fix502 from
// its cache: the lab builds the program, and does not import it.
func dependOnSources(t *testing.T) {
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.IsDir() && strings.HasPrefix(d.Name(), ".") && path != ".." {
			return filepath.SkipDir
		}
		if err == nil && !d.IsDir() {
			_, err = os.Stat(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func try(t *round, f Fault, tool string) {
	ctx, stop := context.WithTimeout(t.ctx, 2*time.Minute)
	defer stop()
	m, err := Boot(ctx, f.Name, f.Tree)
	if err != nil {
		t.Fatal(err)
	}
	defer m.Stop()
	must(t, ctx, m, "setup", f.Setup)
	soon(t, ctx, m, "the healthy site", f.Ask("200"))
	must(t, ctx, m, "break", f.Break)
	if f.Reboot {
		if err := m.Reboot(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if f.Healthy() {
		soon(t, ctx, m, "the site that is fine", f.Ask("200"))
	} else {
		soon(t, ctx, m, "the broken site", f.Ask(f.Broken))
	}
	if tool == "" {
		return
	}
	if err := m.CopyIn(ctx, tool, "/usr/local/bin/fix502", 0o755); err != nil {
		t.Fatal(err)
	}
	first, code := diagnose(t, ctx, m, f)
	if f.Healthy() {
		mustBeHealthy(t, f, first, code)
		mustNotBeBlamed(t, ctx, m, f)
		return
	}
	mustBeSeen(t, ctx, m, f, first)
	mustHeal(t, ctx, m, f, first, code)
}
