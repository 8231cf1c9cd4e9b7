package sysinfo

import (
	"bytes"
	"context"
	"net/netip"
	"slices"
	"sync"
	"time"

	"fix502/sysinfo/errlog"
)

// ourselves is what we call ourselves when we ask a page: such a request is no visitor's.
const ourselves = "fix502 (a check by this server's admin)"

// asking is one request for a page, by the second.
type asking struct {
	at  int64
	uri string
}

// maxAskings is how many of our own requests are remembered, and how many of a group's that may be ours.
const maxAskings = 500

// slowest is how long before its end one of our requests may have begun to fail.
const slowest = 15

// isOurs says that an access log's line is of a request of ours.
func isOurs(line []byte) bool { return bytes.Contains(line, []byte(ourselves)) }

// ours remembers a request of our own, from an access log: error logs do not say who asked.
func (l *Logs) ours(ev errlog.Event) {
	if len(l.own) < maxAskings {
		l.own = append(l.own, asking{ev.Time.Unix(), string([]byte(ev.URI))})
	}
}

// questions are the requests that this process has made, of all its runs: HAProxy's log does not say who asked.
type questions struct {
	mu  sync.Mutex
	all []asking
}

// remembered is a host's way to ask that is not forgotten.
func (q *questions) remembered(ask func(context.Context, Question) (Answer, error)) func(context.Context, Question) (Answer, error) {
	return func(ctx context.Context, question Question) (Answer, error) {
		a, err := ask(ctx, question)
		q.mu.Lock()
		defer q.mu.Unlock()
		if len(q.all) == maxAskings {
			q.all = slices.Delete(q.all, 0, 1)
		}
		q.all = append(q.all, asking{a.At.Unix(), question.URI})
		return a, err
	}
}

// made says that a line of HAProxy's is of one of them: of the same second, or the next, and from this machine.
func (q *questions) made(ev errlog.Event) bool {
	from, err := netip.ParseAddr(ev.Client)
	if q == nil || ev.Source != errlog.HAProxy || err != nil || !from.IsLoopback() {
		return false
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	at := ev.Time.Unix()
	return slices.ContainsFunc(q.all, func(a asking) bool { return a.uri == ev.URI && (at == a.at || at == a.at+1 || at == a.at-1) })
}

// perhaps keeps a failure that may be one of our own requests: asked from this machine.
func (g *LogGroup) perhaps(ev errlog.Event) {
	if a, err := netip.ParseAddr(ev.Client); err == nil && a.IsLoopback() && len(g.local) < maxAskings {
		g.local = append(g.local, asking{ev.Time.Unix(), string([]byte(ev.URI))})
	}
}

// markOurs notes that the latest line of that second and page is ours.
func (g *LogGroup) markOurs(a asking) {
	for i := len(g.Latest) - 1; i >= 0; i-- {
		if line := &g.Latest[i]; !line.Ours && line.Time.Unix() == a.at && line.URI == a.uri {
			line.Ours = true
			return
		}
	}
}

// disown takes the failures of our own requests out of the counts; the lines stay, they are the proof of what is true now.
func (l *Logs) disown() {
	for _, g := range l.Groups {
		if len(g.local) == 0 || len(l.own) == 0 {
			continue
		}
		left := append([]asking(nil), l.own...)
		for _, a := range g.local {
			for i, o := range left {
				if o.uri == a.uri && a.at >= o.at-slowest && a.at <= o.at+1 {
					g.Own++
					g.markOurs(a)
					g.Minutes[time.Unix(a.at, 0).Truncate(time.Minute).Unix()]--
					left = append(left[:i], left[i+1:]...)
					break
				}
			}
		}
		g.local = nil
	}
}
