package checks

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"runtime/debug"
	"strings"
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

// Run runs all checks at once and streams what they find. The channel has room for every event, so a reader
// may walk away; it is closed when the last check has settled.
func Run(ctx context.Context, f *sysinfo.Facts, list []Check) <-chan Event {
	events := make(chan Event, 2*len(list))
	done := make(chan struct{}, len(list))
	for _, c := range list {
		events <- Event{Check: c}
		go func() {
			start := time.Now()
			found := settle(ctx, f, c)
			events <- Event{Check: c, Settled: true, Findings: found, Took: time.Since(start)}
			done <- struct{}{}
		}()
	}
	go func() {
		for range list {
			<-done
		}
		close(events)
	}()
	return events
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
			r.found[i].Where.File = realPlace(f, r.found[i].Where.File)
		}
		return judged(c, r.found, r.err)
	case <-ctx.Done():
		return []Finding{{Status: Unknown, Summary: "no answer within the time allowed; something here hangs (a dead mount, a stuck service)"}}
	}
}

// realPlace is the file to edit: what a link in sites-enabled leads to.
func realPlace(f *sysinfo.Facts, name string) string {
	if name == "" {
		return ""
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
	switch {
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
