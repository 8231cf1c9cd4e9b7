package sysinfo

import (
	"context"
	"time"
)

// slowPage is what a page may take and still be asked for again by whoever wants to know.
const slowPage = 300 * time.Millisecond

// AskThrifty puts a question, unless the same one was answered in this run already, whoever put it, and its page took long: a check has no time for such a
// page twice. Errors are those of Host.Ask.
func (f *Facts) AskThrifty(ctx context.Context, q Question) (Answer, error) {
	same := q
	same.Wait, same.Linger = 0, 0
	for _, answers := range f.asked.known() {
		for _, a := range answers {
			if a.slowTo(same) {
				return a, nil
			}
		}
	}
	if a, ok := f.slow.known()[same]; ok {
		return a, nil
	}
	a, err := f.Host.Ask(ctx, q)
	if err == nil && a.slowTo(same) {
		_, _ = f.slow.get(same, func() (Answer, error) { return a, nil })
	}
	return a, err
}

// slowTo says that an answer is a whole one to a question, and that it took long.
func (a Answer) slowTo(q Question) bool {
	its := a.Question
	its.Wait, its.Linger = 0, 0
	return its == q && a.Err == nil && a.Status > 0 && a.Cut == "" && a.Took >= slowPage
}
