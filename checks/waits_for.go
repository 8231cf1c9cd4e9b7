package checks

import (
	"cmp"
	"context"
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// waitsFor looks, when pages time out at this moment, whether most busy workers of a pool hold a connection to one
// and the same far end.
func waitsFor(who string, port func(int) bool) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	return perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
		_, timedOut, _ := l.has(errlog.ReadTimeout)
		if !timedOut && !l.silent || f.Inner(ctx, l.Hop) != nil { // a gateway's connections are hops of its own
			return nil
		}
		if err := unseenWait(ctx, f, l); err != nil {
			return &Finding{Status: Unknown, Summary: why(err)}
		}
		if l.reach.Owner == nil {
			return nil
		}
		workers := appWorkers(ctx, f, l)
		all := len(workers)
		workers = slices.DeleteFunc(slices.Clone(workers), func(p sysinfo.Proc) bool { return stateNow(f, p.PID) == 'R' }) // one that computes waits for nobody
		peers, err := f.Peers(ctx, workers, l.Port)
		if err != nil {
			return &Finding{Status: Unknown, Summary: why(err)}
		}
		for _, peer := range slices.SortedFunc(maps.Keys(peers), netip.AddrPort.Compare) {
			n := peers[peer]
			if !port(int(peer.Port())) || n.Total()*2 < all || n.Total() == 0 || ownGateway(ctx, f, peer) {
				continue
			}
			found := &Finding{Status: Fail, Confidence: 0.88, Where: l.Where, Covers: []ID{"upstream-read-timeout", "fpm-workers-exhausted"},
				Summary:  fmt.Sprintf("%s for %s at %s", waiting(n.Total(), all), who, peer),
				Evidence: []Evidence{{Source: "/proc/PID/fd, /proc/net/tcp", Text: peerSays(n, peer)}},
				Fix:      Fix{Title: "Look at " + peer.String(), Risk: Low}.Tell("See what that service does: its own log and load. In the app give the call a time limit (curl: CURLOPT_TIMEOUT; database: max_execution_time, lock waits)")}
			if n.Open == 0 {
				found.Confidence = 0.93
				found.Summary += ", which does not take the connection"
			}
			if e, ok := inKernel(f, workers); ok {
				found.Evidence = append(found.Evidence, e)
			}
			if at := namesFarEnd(f, appUnit(ctx, f, l), f.HostNames(l.Site.Gateway), peer); at.Known() {
				found.Where = at
				found.Evidence = append(found.Evidence, codeLine(f.Host.Root, at))
			}
			namePeer(ctx, f, peer, found)
			filteredPeer(ctx, f, l, peer, workers[0], found)
			slowPagesOf(ctx, f, l, ofWorkers(workers)).add(found)
			if isDatabasePort(int(peer.Port())) {
				slowQueries(ctx, f, l, found)
			}
			return found
		}
		return nil
	})
}

// appWorkers are the processes that do a hop's work: its pool's, or its app server's.
func appWorkers(ctx context.Context, f *sysinfo.Facts, l *live) []sysinfo.Proc {
	if p, pool := f.PoolOf(ctx, l.Hop); p != nil {
		return p.Workers[pool.Name]
	}
	return f.Workers(ctx, l.reach)
}

// waiting says how many of an app's workers wait.
func waiting(n, all int) string {
	if all == 1 {
		return "the app waits"
	}
	return fmt.Sprintf("%d of %d workers wait", n, all)
}

// peerSays tells what the sockets show.
func peerSays(n sysinfo.Peer, peer netip.AddrPort) string {
	switch {
	case n.Open == 0:
		return fmt.Sprintf("%s to %s in SYN_SENT: nobody there has taken %s yet", plural(n.Opening, "connection", "connections"), peer, map[bool]string{true: "it", false: "them"}[n.Opening == 1])
	case n.Opening == 0:
		return fmt.Sprintf("%s open to %s", plural(n.Open, "connection", "connections"), peer)
	}
	return fmt.Sprintf("%s open to %s, %d in SYN_SENT", plural(n.Open, "connection", "connections"), peer, n.Opening)
}

// filteredPeer names the rule of this machine's own firewall that stops what the app sends there.
func filteredPeer(ctx context.Context, f *sysinfo.Facts, l *live, peer netip.AddrPort, worker sysinfo.Proc, found *Finding) {
	users, err := f.Users(ctx)
	if err != nil {
		return
	}
	hop := &sysinfo.Hop{Site: l.Site, From: l.From, Host: peer.Addr().String(), Port: int(peer.Port()), Addrs: []netip.Addr{peer.Addr()}}
	h := storeHop{live: live{Hop: hop, reach: f.Reach(ctx, hop)}, title: "that service", who: users.Name(worker.UID)}
	p, ok := h.packet(users)
	if !ok {
		return
	}
	fw, err := filters(ctx, f)
	if err != nil {
		return // firewall-blocks-upstream tells of what it could not read
	}
	r := fw.stops(p)
	if r == nil || !r.Sure {
		return
	}
	text := ruleText(ctx, f, l, r)
	found.Confidence = 0.95
	found.Summary += ": a rule of this machine's firewall stops what is sent there"
	found.Evidence = append(found.Evidence, Evidence{Source: r.place(), Text: cmp.Or(text, r.Verdict)})
	if at := savedRule(ctx, f, text); at.Known() {
		found.Where = at
	}
	if h.reach.Local && h.reach.Listener == nil {
		found.Fix = Fix{Title: "Bring up that service, or do without it", Risk: Low}.Tell("Nobody listens at %s either: with the rule gone the call fails at once instead. In the app give it a time limit", peer)
		return
	}
	found.Fix = h.admitUser(ctx, f, r, p, text).Tell("In the app give the call a time limit of a few seconds (curl: CURLOPT_TIMEOUT)")
}

// namePeer names the far end where it is a program of this machine; it may be that a signal holds it.
func namePeer(ctx context.Context, f *sysinfo.Facts, peer netip.AddrPort, found *Finding) {
	all, err := f.Listeners(ctx, nil)
	if err != nil {
		return
	}
	for _, s := range all {
		p, known := f.OwnerOf(ctx, s)
		if !collide(s, peer) || !known {
			continue
		}
		held := p.State == heldState
		if held {
			found.Confidence = 0.95
			found.Summary += fmt.Sprintf(": %s (pid %d), which a signal holds", p.Name, p.PID)
			found.Evidence = append(found.Evidence, heldSays(p))
		} else {
			found.Evidence = append(found.Evidence, Evidence{Source: "ss -ltnp", Text: fmt.Sprintf("%s is %s (pid %d)", peer, p.Cmd, p.PID)})
		}
		u, ok := f.Unit(ctx, f.UnitOf(p.PID))
		if !ok {
			return
		}
		found.Where = sysinfo.Place{File: u.Fragment} // the deepest hop, and the one that does not answer
		found.Evidence = append(found.Evidence, unitSays(u))
		if held && u.Manager == "" {
			found.Fix = letGoOn(Fix{Title: "Let " + unitWord(u.Name) + " go on", Risk: Low}, u).
				Tell("Somebody, or a debugger, stopped it with a signal; find out who. In the app give the call a time limit, so that it does not wait for ever")
		}
		return
	}
}
