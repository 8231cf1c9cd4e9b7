package checks

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"path"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"fix502/sysinfo"
)

// Event is one step of a run: a check started, or it settled with findings.
type Event struct {
	Check    Check
	Settled  bool
	Findings []Finding
	Took     time.Duration
}

// judging is what is left of a run's time for looking once more, when its page was late and failed.
const judging = time.Second

// Run runs all checks at once and streams what they find. The channel has room for every event, so a reader
// may walk away; it is closed when the last check has settled. Where the page of the run was late and failed, all settle a second time, and that counts.
func Run(ctx context.Context, f *sysinfo.Facts, list []Check) <-chan Event {
	events := make(chan Event, 3*len(list))
	for _, c := range list {
		events <- Event{Check: c}
	}
	go func() {
		defer close(events)
		settleAll(ctx, f, list, events)
		late, cancel := ctx, context.CancelFunc(func() {})
		if end, ok := ctx.Deadline(); ok {
			late, cancel = context.WithDeadline(ctx, end.Add(-judging))
		}
		defer cancel()
		if f.TakeLate(late) {
			settleAll(ctx, f, list, events)
		}
	}()
	return events
}

func settleAll(ctx context.Context, f *sysinfo.Facts, list []Check, events chan<- Event) {
	var wg sync.WaitGroup
	for _, c := range list {
		wg.Go(func() {
			start := time.Now()
			found := settle(ctx, f, c)
			events <- Event{Check: c, Settled: true, Findings: found, Took: time.Since(start)}
		})
	}
	wg.Wait()
}

// settle runs one check; whatever happens, it has an answer in time. A read from a dead mount cannot be cancelled, so a
// check that takes longer than f.Patience is left behind and reported as unknown.
func settle(ctx context.Context, f *sysinfo.Facts, c Check) []Finding {
	ctx, cancel := context.WithTimeout(ctx, f.Patience)
	defer cancel()
	type result struct {
		found []Finding
		err   error
	}
	ch := make(chan result, 1)
	go func() {
		var r result
		defer func() {
			if p := recover(); p != nil {
				r = result{nil, fmt.Errorf("this check broke (%v); please report it: %s", p, site(debug.Stack()))}
			}
			ch <- r
		}()
		r.found, r.err = c.Run(ctx, f)
	}()
	select {
	case r := <-ch:
		for i := range r.found {
			outside(ctx, f, &r.found[i])
			r.found[i].Evidence = once(r.found[i].Evidence)
		}
		return judged(c, r.found, r.err)
	case <-ctx.Done():
		return []Finding{{Status: Unknown, Summary: "no answer within the time allowed; something here hangs (a dead mount, a stuck service)"}}
	}
}

// once leaves out what stands before in the same words.
func once(all []Evidence) (out []Evidence) {
	for _, e := range all {
		if !slices.Contains(out, e) {
			out = append(out, e)
		}
	}
	return out
}

// realPlace is the file to edit: what a link in sites-enabled leads to. A link to a folder (current) is itself what one changes.
func realPlace(f *sysinfo.Facts, name string) string {
	if name == "" {
		return ""
	}
	if i, err := f.Host.Root.Stat(name); err == nil && i.Mode.IsDir() && name != "/" {
		return path.Join(realFile(f.Host.Root, path.Dir(name)), path.Base(name))
	}
	return realFile(f.Host.Root, name)
}

func judged(c Check, found []Finding, err error) []Finding {
	if err != nil {
		found = append(found, Finding{Status: Unknown, Summary: why(err)})
	}
	if len(found) == 0 {
		return []Finding{{Status: Skip, Summary: "does not apply here"}}
	}
	return found
}

// why turns "could not look" into words.
func why(err error) string {
	var op *net.OpError
	switch {
	case errors.Is(err, fs.ErrPermission) && errors.As(err, &op) && op.Net == "unix" && op.Addr != nil:
		return Quote("needs root to look: the socket " + op.Addr.String())
	case errors.Is(err, sysinfo.ErrNeedsRoot), errors.Is(err, fs.ErrPermission):
		return Quote("needs root to look: " + err.Error())
	case errors.Is(err, context.DeadlineExceeded):
		return Quote("no answer in time: " + err.Error())
	}
	return Quote(err.Error())
}

// site is the first line of a stack that is ours and not the recovery's.
func site(stack []byte) string {
	last := ""
	n := 0
	for line := range strings.Lines(string(stack)) {
		if len(line) > 0 && line[0] == '\t' {
			last = strings.TrimSuffix(line, "\n")
			if n++; n == 4 {
				break
			}
		}
	}
	return last
}
