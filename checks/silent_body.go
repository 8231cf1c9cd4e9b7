package checks

import (
	"context"
	"fmt"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// silentTooLong: a page broke off because its gateway waits only so long for more of it, and the app thought for longer. The gateway's log says so, or, as
// Varnish's does not, how long nothing came before the break agrees with that wait.
func silentTooLong(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine, found *Finding) {
	wait := l.Settings.Between
	if wait <= 0 || line.Kind != errlog.ReadTimeoutBody && !l.fellSilent(wait) || l.before(line) {
		return
	}
	b := l.forBody()
	found.Confidence = max(found.Confidence, 0.9)
	found.Summary += fmt.Sprintf(": %s waits %s for more of a page that has begun (%s), and the app was silent for longer", l.From, seconds(wait), b.waitName())
	if at := b.Settings.ReadWhere; at.Known() {
		found.Where = at
		found.Evidence = append(found.Evidence, lineOf(l.Site.Gateway.Root, at))
	}
	found.Fix = findSlow(ctx, f, b)
	startedShort(ctx, f, b, found)
}

// fellSilent says that a page of our own broke off when nothing more of it had come for just that long.
func (l *live) fellSilent(wait time.Duration) bool {
	return l.hit && l.answer.Cut != "" && l.answer.Quiet >= wait-100*time.Millisecond && l.answer.Quiet < wait+max(500*time.Millisecond, wait/10)
}

// forBody is the hop as it is once a page has begun: what its gateway waits for more of it counts.
func (l *live) forBody() *live {
	hop, b := *l.Hop, *l
	hop.Settings.Read, hop.Settings.ReadWhere = hop.Settings.Between, hop.Settings.BetweenWhere
	b.Hop, b.begun = &hop, true
	return &b
}
