package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// listenBacklogFullUnix: the socket's queue itself is full.
func listenBacklogFullUnix() Check {
	return Check{
		ID: "listen-backlog-full-unix", Title: "There is room in every socket's queue", Topic: Upstreams,
		Means: `So many requests wait at the socket that the kernel turns the next ones away at once (errno 11, resource temporarily unavailable). With
the usual limits that means thousands of waiting requests: the workers are stuck. Free the workers; a longer queue only turns the 502 into a
504.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if l.Unix == "" || l.reach.Listener == nil {
				return nil
			}
			s := *l.reach.Listener
			line, now, ok := l.has(errlog.ConnectUnixFull)
			if !s.Full() && !now {
				if s.Limit < 0 {
					return nil
				}
				if ok && l.after(line) {
					return backlog(ctx, f, l, s, Intermittent)
				}
				return pass(fmt.Sprintf("%d of %d places in the queue of %s are taken", s.Queue, s.Limit, s.Path))
			}
			return backlog(ctx, f, l, s, Now)
		}),
	}
}

func backlog(ctx context.Context, f *sysinfo.Facts, l *live, s sysinfo.Socket, when When) *Finding {
	found := &Finding{Status: Fail, When: when, Confidence: 0.96, Where: l.Where, Covers: []ID{"fpm-workers-exhausted", "upstream-read-timeout"},
		Summary:  fmt.Sprintf("the queue of %s is full: %d wait, room for %d", s.Path, s.Queue, s.Limit),
		Evidence: []Evidence{{Source: "ss -lx", Text: fmt.Sprintf("LISTEN %d %d %s", s.Queue, s.Limit, s.Path)}}}
	if poolQueue(ctx, f, l, found) || shortQueue(ctx, f, l, found) {
		return withLine(found, l, errlog.ConnectUnixFull)
	}
	if l.reach.Owner != nil {
		x := Fix{Title: "Free the app's workers", Risk: Medium, Workaround: true}
		if u := serviceOf(ctx, f, l, *l.reach.Owner); u.Name != "" {
			x = x.Do("Restart the app", "%s%s", u.Command("restart"), warmUp(u))
		} else {
			x = x.Tell("Restart the program that listens on %s", s.Path)
		}
		found.Fix = x.Tell("Then find out what its workers wait for: its log, its database")
	}
	return withLine(found, l, errlog.ConnectUnixFull)
}

// poolQueue: who waits in the queue waits for a PHP-FPM's pool, which gets workers for them, and a queue of the usual length where its own is shorter.
func poolQueue(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding) bool {
	p, pool := f.PoolOf(ctx, l.Hop)
	if p == nil {
		return false
	}
	v := pool.Get("listen.backlog")
	found.Where = pool.Get("pm.max_children").Place
	x := Fix{}
	if v.Set() && v.Int() > 0 && v.Int() < 511 {
		found.Where = v.Place
		found.Evidence = append(found.Evidence, Evidence{Source: v.Place.String(), Text: configLine(f.Host.Root, found.Where)})
		x.Undo = setLine(f.Host.Root, found.Where, configLine(f.Host.Root, found.Where))
		x = x.Do("Give the queue its usual length", "%s", setLine(f.Host.Root, found.Where, "listen.backlog = 511"))
	}
	more := moreWorkers(ctx, f, p, pool, pool.Get("pm.max_children").Int())
	more.Steps = append(x.Steps, more.Steps...)
	if x.Undo != "" {
		more.Undo = strings.TrimSuffix(x.Undo+"; "+more.Undo, "; ")
	}
	found.Fix = more
	return true
}
