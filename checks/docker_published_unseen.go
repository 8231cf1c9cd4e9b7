package checks

import (
	"context"
	"fmt"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// publishedUnseen: a port that is listened on refuses, containers run here, and whose listener it is only root may see. An engine holds a published port, and what comes
// to it is refused behind it, where nobody in the container listens at the port that it leads to.
func publishedUnseen(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	if !engineRefuses(ctx, f, l) {
		return nil
	}
	found := &Finding{Status: Fail, Confidence: 0.6, Where: l.Where, Covers: []ID{"upstream-port-nothing-listening", "docker-localhost-upstream"},
		Summary:  fmt.Sprintf("%s is listened on and refuses what %s sends: it is a container's published port, most likely, and nobody in the container takes what comes to it", l.Address(), l.From),
		Evidence: []Evidence{passLine(l), {Source: "ss -ltn", Text: l.reach.Listener.String() + " listens"}},
		Fix:      Fix{Title: "Look into the container as root", Risk: Low}.Tell("Run fix502 again as root: only root may see which container it is, where its app listens, and whether a firewall stands there instead")}
	return withLine(found, l, connectKinds...)
}

// refusedWithin is how long a page takes at most that fails for a refused connection: HAProxy tries three times more, a second apart.
func refusedWithin(l *live) time.Duration {
	if l.Site.Gateway.Kind == "haproxy" {
		return 5 * time.Second
	}
	return time.Second
}

// engineRefuses says that a hop's port refuses at this moment though it is held, by an engine as far as others than root can tell.
func engineRefuses(ctx context.Context, f *sysinfo.Facts, l *live) bool {
	line, now, ok := l.has(connectKinds...)
	if l.Unix != "" || !l.reach.Open() || l.reach.Owner != nil || l.answersNow() || !l.hit && !now || ok && line.Kind != errlog.ConnectRefused {
		return false
	}
	if l.hit && !ok && l.answer.Took > refusedWithin(l) { // whoever refuses does so at once
		return false
	}
	if u := f.AppFor(ctx, l.Hop).Unit; u.Running() && !u.Contained() && !containsAny(strings.ToLower(u.Exec), "docker", "podman") {
		return false
	}
	return f.EngineMay(ctx, *l.reach.Listener)
}
