package checks

import (
	"context"
	"fmt"
	"net/netip"
	"slices"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// ownGateway says that an address is one where a web server of this machine listens.
func ownGateway(ctx context.Context, f *sysinfo.Facts, to netip.AddrPort) bool {
	gateways, _ := f.Gateways(ctx) // none: nobody's
	for _, g := range gateways {
		for _, s := range g.Sites {
			for _, l := range s.Listen {
				a := l.Addr.Addr()
				if l.Addr.Port() == to.Port() && (a == to.Addr().Unmap() || a.IsUnspecified() && to.Addr().Unmap().IsLoopback()) {
					return true
				}
			}
		}
	}
	return false
}

// calledBack is a page that timed out while we asked for another one, and that this machine itself had asked for: the page
// we asked for did.
func calledBack(ctx context.Context, f *sysinfo.Facts, l *live) (sysinfo.LogLine, bool) {
	for _, line := range l.fresh {
		from, err := netip.ParseAddr(line.Client)
		if line.Kind != errlog.ReadTimeout || err != nil || !from.IsLoopback() || line.URI == "" {
			continue
		}
		ours := slices.ContainsFunc(f.Answers(ctx, l.Site), func(a sysinfo.Answer) bool { return a.Question.URI == line.URI })
		if !ours {
			return line, true
		}
	}
	return sysinfo.LogLine{}, false
}

// askingItself counts the workers that wait for a page of this machine's own web server: a page that calls its own site
// takes two workers, and where the other visitors have the rest each waits for the other.
func askingItself(ctx context.Context, f *sysinfo.Facts, l *live, workers []sysinfo.Proc) (int, Evidence) {
	peers, err := f.Peers(ctx, workers, l.Port)
	if err != nil {
		return 0, Evidence{}
	}
	for peer, n := range peers {
		if ownGateway(ctx, f, peer) {
			return n.Total(), Evidence{Source: "/proc/PID/fd, /proc/net/tcp", Text: fmt.Sprintf("%s open to %s, this machine's own web server", plural(n.Total(), "connection", "connections"), peer)}
		}
	}
	return 0, Evidence{}
}
