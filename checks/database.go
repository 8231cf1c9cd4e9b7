package checks

import (
	"context"
	"fmt"
	"maps"
	"net/netip"
	"slices"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// databases are the units that serve one, in the order they are looked for.
var databases = []string{"mariadb.service", "mysql.service", "mysqld.service", "postgresql.service"}

// database is the unit of the database server that is installed here.
func database(ctx context.Context, f *sysinfo.Facts) (sysinfo.Unit, bool) {
	for _, name := range databases {
		if u, ok := f.Unit(ctx, name); ok && u.Load == "loaded" {
			return u, true
		}
	}
	return sysinfo.Unit{}, false
}

func isDatabasePort(port int) bool {
	return port == 3306 || port == 5432 || port == 6379 || port == 11211
}

// waitsFor looks, when pages time out at this moment, whether most busy workers of a pool hold a connection to one
// and the same far end.
func waitsFor(who string, port func(int) bool) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	return perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
		_, timedOut, _ := l.has(errlog.ReadTimeout)
		if !timedOut && !l.silent || l.reach.Owner == nil || f.Inner(ctx, l.Hop) != nil { // a gateway's connections are hops of its own
			return nil
		}
		workers := []sysinfo.Proc{*l.reach.Owner}
		if p, pool := f.PoolOf(ctx, l.Hop); p != nil {
			workers = p.Workers[pool.Name]
		}
		peers, err := f.Peers(ctx, workers, l.Port)
		if err != nil {
			return &Finding{Status: Unknown, Summary: why(err)}
		}
		for _, peer := range slices.SortedFunc(maps.Keys(peers), netip.AddrPort.Compare) {
			n := peers[peer]
			if !port(int(peer.Port())) || n*2 < len(workers) || n == 0 || ownGateway(ctx, f, peer) {
				continue
			}
			found := &Finding{Status: Fail, Confidence: 0.88, Where: l.Where, Covers: []ID{"upstream-read-timeout", "fpm-workers-exhausted"},
				Summary:  fmt.Sprintf("%d of %d workers wait for %s at %s", n, len(workers), who, peer),
				Evidence: []Evidence{{Source: "/proc/PID/fd, /proc/net/tcp", Text: fmt.Sprintf("%d established or opening connections to %s", n, peer)}},
				Fix:      Fix{Title: "Look at " + peer.String(), Risk: Low}.Tell("See what that service does: its own log and load. In the app give the call a time limit (curl: CURLOPT_TIMEOUT; database: max_execution_time, lock waits)")}
			heldPeer(ctx, f, peer, found)
			return found
		}
		return nil
	})
}

// heldPeer: the far end is a program of this machine, and a signal holds it.
func heldPeer(ctx context.Context, f *sysinfo.Facts, peer netip.AddrPort, found *Finding) {
	all, err := f.Listeners(ctx, nil)
	if err != nil {
		return
	}
	for _, s := range all {
		p, known := f.OwnerOf(ctx, s)
		if !collide(s, peer) || !known || p.State != heldState {
			continue
		}
		u, _ := f.Unit(ctx, f.UnitOf(p.PID))
		found.Confidence = 0.95
		found.Summary += fmt.Sprintf(": %s (pid %d), which a signal holds", p.Name, p.PID)
		found.Evidence = append(found.Evidence, heldSays(p))
		if u.Name == "" || u.Manager != "" {
			return
		}
		found.Where = sysinfo.Place{File: u.Fragment}
		found.Evidence = append(found.Evidence, unitSays(u))
		found.Fix = letGoOn(Fix{Title: "Let " + unitWord(u.Name) + " go on", Risk: Low}, u).
			Tell("Somebody, or a debugger, stopped it with a signal; find out who. In the app give the call a time limit, so that it does not wait for ever")
		return
	}
}
