package sysinfo

import (
	"context"
	"net/http"
	"slices"
)

// Late is the answer to a question that is still asked.
type Late struct {
	came   chan struct{}
	answer Answer
}

// LateAnswer asks in the background.
func LateAnswer(ask func() Answer) *Late {
	l := &Late{came: make(chan struct{})}
	go func() {
		l.answer = ask()
		close(l.came)
	}()
	return l
}

// Wait gives the answer once it is there; ok is false when ctx ended before.
func (l *Late) Wait(ctx context.Context) (a Answer, ok bool) {
	select {
	case <-l.came:
		return l.answer, true
	case <-ctx.Done():
		return Answer{}, false
	}
}

// orBegun gives the answer once it is there or, of a page that has begun with more than is kept and goes on, its beginning; the rest is late then. ok is false
// when ctx ended before.
func (l *Late) orBegun(ctx context.Context, begun <-chan Answer) (a Answer, ok bool) {
	select {
	case <-l.came:
		return l.answer, true
	case a = <-begun:
	case <-ctx.Done():
		return Answer{}, false
	}
	soon, cancel := context.WithTimeout(ctx, restWait)
	defer cancel()
	if whole, ok := l.Wait(soon); ok {
		return whole, true
	}
	a.Late = l
	return a, true
}

// TakeLate waits, until ctx ends, for the pages of this run that were silent when they were wanted, and takes in those that failed at last: a gateway that
// gives up after seven seconds writes its line only then, or breaks off a page that has begun. What was worked out from their silence is forgotten, for whoever looks again; false where no
// page failed.
func (f *Facts) TakeLate(ctx context.Context) bool {
	failed := false
	for s, answers := range f.asked.known() {
		for i, early := range answers {
			if early.Late == nil {
				continue
			}
			if a, ok := early.Late.Wait(ctx); ok && (a.Status >= http.StatusInternalServerError || a.Cut != "") {
				answers = slices.Clone(answers)
				answers[i] = a
				f.asked.put(s, answers)
				failed = true
			}
		}
	}
	if failed {
		f.fresh.forget()
		f.memoMu.Lock()
		f.memo = nil
		f.memoMu.Unlock()
	}
	return failed
}
