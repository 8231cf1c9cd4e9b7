package lab

import (
	"context"
	"fmt"
	"runtime"
	"strings"
	"testing"
	"time"
)

// round is one try of one fault: it fails as a test does, without failing the test.
type round struct {
	ctx    context.Context
	said   strings.Builder
	failed bool
}

// once tries a fault on a fresh server and gives what went wrong.
func once(t *testing.T, f Fault, tool string) (said string, ok bool) {
	return aside(t.Context(), func(r *round) { try(r, f, tool) })
}

// aside lets a round end early without ending the test.
func aside(ctx context.Context, do func(*round)) (said string, ok bool) {
	r := &round{ctx: ctx}
	done := make(chan struct{})
	go func() {
		defer close(done)
		do(r)
	}()
	<-done
	return r.said.String(), !r.failed
}

func (r *round) Helper() {}

func (r *round) Logf(format string, args ...any) { fmt.Fprintf(&r.said, format+"\n", args...) }

func (r *round) Errorf(format string, args ...any) {
	r.failed = true
	r.Logf(format, args...)
}

func (r *round) Error(args ...any) { r.Errorf("%s", fmt.Sprint(args...)) }

func (r *round) Fatalf(format string, args ...any) {
	r.Errorf(format, args...)
	runtime.Goexit()
}

func (r *round) Fatal(args ...any) { r.Fatalf("%s", fmt.Sprint(args...)) }

func must(t *round, ctx context.Context, m *Machine, what, script string) {
	t.Helper()
	if said, code := m.Run(ctx, script); code != 0 {
		t.Fatalf("%s: exit %d\n%s", what, code, said)
	}
}

// soon has the patience of a setup: a machine whose disk or neighbours are busy starts slowly.
func soon(t *round, ctx context.Context, m *Machine, what, script string) {
	t.Helper()
	if said, code := eventually(ctx, m, 20*time.Second, script); code != 0 {
		t.Fatalf("%s: %s", what, said)
	}
}

// healing is how long a site may take to come round: reloads and restarts answer before they are done.
const healing = 5 * time.Second

// eventually asks until the script succeeds or its time is up, and twice at least.
func eventually(ctx context.Context, m *Machine, patience time.Duration, script string) (said string, code int) {
	deadline := time.Now().Add(patience)
	for try := 1; ; try++ {
		said, code = m.Run(ctx, script)
		if code == 0 || ctx.Err() != nil || try > 1 && time.Now().After(deadline) {
			return said, code
		}
		time.Sleep(150 * time.Millisecond)
	}
}
