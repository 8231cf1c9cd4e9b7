package checks

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"fix502/sysinfo"
)

func check(id ID, run func(context.Context) ([]Finding, error)) Check {
	return Check{ID: id, Run: func(ctx context.Context, _ *sysinfo.Facts) ([]Finding, error) { return run(ctx) }}
}

func TestRun(t *testing.T) {
	const patience = 7 * time.Second
	for _, tt := range []struct {
		name   string
		run    func(context.Context) ([]Finding, error)
		status Status
		says   string
		after  time.Duration
	}{
		{"a check that finds nothing does not apply", func(context.Context) ([]Finding, error) { return nil, nil }, Skip, "does not apply here", 0},
		{"an error is unknown, not healthy", func(context.Context) ([]Finding, error) { return nil, errors.New("no such tool") }, Unknown, "no such tool", 0},
		{"permission denied needs root", func(context.Context) ([]Finding, error) {
			return nil, fmt.Errorf("read /etc/shadow: %w", fs.ErrPermission)
		}, Unknown, "needs root to look: read /etc/shadow", 0},
		{"a socket that is shut is named", func(context.Context) ([]Finding, error) {
			return nil, &net.OpError{Op: "dial", Net: "unix", Addr: &net.UnixAddr{Name: "/run/a.sock", Net: "unix"}, Err: syscall.EACCES}
		}, Unknown, "needs root to look: the socket /run/a.sock", 0},
		{"a panic is unknown, and says where", func(context.Context) ([]Finding, error) { var m map[string]int; m["x"] = 1; return nil, nil }, Unknown, "this check broke (assignment to entry in nil map)", 0},
		{"a check that hangs is left behind", func(context.Context) ([]Finding, error) { time.Sleep(time.Minute); return nil, nil }, Unknown, "no answer within the time allowed", patience},
		{"a check that minds its time says what it waited for", func(ctx context.Context) ([]Finding, error) {
			<-ctx.Done()
			time.Sleep(time.Nanosecond) // and is still too late
			return nil, ctx.Err()
		}, Unknown, "no answer within the time allowed", patience},
		{"a slow check is waited for", func(context.Context) ([]Finding, error) {
			time.Sleep(patience - time.Millisecond)
			return []Finding{{Status: Pass, Summary: "fine"}}, nil
		}, Pass, "fine", patience - time.Millisecond},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				f := sysinfo.NewFacts(&sysinfo.Host{})
				f.Patience = patience
				var last Event
				for e := range Run(t.Context(), f, []Check{check("x", tt.run)}) {
					last = e
				}
				if !last.Settled || len(last.Findings) != 1 {
					t.Fatalf("got %+v, want one finding", last)
				}
				got := last.Findings[0]
				if got.Status != tt.status || !strings.Contains(got.Summary, tt.says) || last.Took != tt.after {
					t.Errorf("got %s %q after %s, want %s %q after %s", got.Status, got.Summary, last.Took, tt.status, tt.says, tt.after)
				}
				time.Sleep(time.Hour) // what was left behind comes back, and disturbs nobody
			})
		})
	}
}

func TestRunTellsOfEveryCheckTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var list []Check
		for i := range 40 {
			list = append(list, check(ID(fmt.Sprint(i)), func(context.Context) ([]Finding, error) { time.Sleep(time.Duration(i)); return nil, nil }))
		}
		settled, started := 0, 0
		for e := range Run(t.Context(), sysinfo.NewFacts(&sysinfo.Host{}), list) {
			if e.Settled {
				settled++
			} else {
				started++
			}
		}
		if started != 40 || settled != 40 {
			t.Errorf("got %d started and %d settled, want 40 each", started, settled)
		}
	})
}

// synctest fails on a goroutine that is left behind: nobody has to read the events for Run to end.
func TestRunEndsWithoutAReader(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		Run(t.Context(), sysinfo.NewFacts(&sysinfo.Host{}), []Check{check("a", func(context.Context) ([]Finding, error) { return nil, nil })})
	})
}
