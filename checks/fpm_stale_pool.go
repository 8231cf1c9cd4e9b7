package checks

import (
	"context"
	"fmt"
	"syscall"
	"time"

	"fix502/sysinfo"
)

// stalePool: the gateway asks where a pool's file says that the pool listens, PHP-FPM runs, and it does not listen there: it reads its
// pools at a start or reload, and has not since the file was written.
func stalePool(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	gone := l.reach.Errno == syscall.ENOENT || l.reach.Errno == syscall.ECONNREFUSED
	if l.Scheme != "fastcgi" || l.reach.Err != nil || l.reach.Listener != nil || !gone || len(l.reach.Others) > 0 {
		return nil
	}
	p, pool := f.PoolOf(ctx, l.Hop)
	if p == nil || !p.Running() {
		return nil
	}
	at := pool.Get("listen").Place
	i, err := f.Host.Root.Stat(at.File)
	began := p.Unit.Since
	if p.Master != nil && !p.Master.Start.IsZero() {
		began = p.Master.Start
	}
	if err != nil || began.IsZero() || !i.ModTime.After(began) {
		return nil // a socket that was deleted is another's to tell of
	}
	found := &Finding{Status: l.broken(), Confidence: 0.96, Where: at, Covers: []ID{"socket-path-mismatch", "socket-file-deleted", "fpm-stale-socket", "upstream-port-nothing-listening", "fpm-transport-mismatch", "no-live-upstreams"},
		Summary: fmt.Sprintf("%s runs with old settings: %s was changed after it started, and nobody listens on %s yet", p.Name(), at.File, l.Address()),
		Evidence: []Evidence{lineOf(f.Host.Root, at), {Source: at.File, Text: "changed " + i.ModTime.Format(time.DateTime), Time: i.ModTime},
			{Source: "ps", Text: p.Name() + " runs since " + began.Format(time.DateTime), Time: began}, kernelSays(l), passLine(l)}}
	x := Fix{Title: "Let " + p.Name() + " read its pools", Risk: Low}
	found.Fix = fpmRestart(p, x).Tell("A restart ends what its workers do at this moment")
	return withLine(found, l, connectKinds...)
}
