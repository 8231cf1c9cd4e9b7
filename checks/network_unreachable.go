package checks

import (
	"context"
	"fmt"
	"syscall"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// networkUnreachable: the kernel has no way to the upstream's address, or was told not to go there.
func networkUnreachable() Check {
	return Check{
		ID: "network-unreachable", Title: "There is a route to every upstream", Topic: Network,
		Means: `The kernel knows no way to the upstream's address (errno 101), was told to refuse it (13, 22, 113 from a prohibit, blackhole or
unreachable route), or nobody answers for it on the local network. Typical after a network card, VPN or address changed, or when a name
has only an IPv6 address and the machine has no IPv6.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if l.Unix != "" || l.reach.Local {
				return nil
			}
			kind := l.reach.Route.Kind
			line, now, logged := l.has(errlog.ConnectNetUnreachable, errlog.ConnectNoRoute, errlog.ConnectInvalid, errlog.ConnectDenied)
			if addr := lostOwn(ctx, f, l); addr != "" && kind == "unicast" && l.failsThere(ctx, f) {
				return withLine(ownAddressLost(l, addr, pointTo(ctx, f, l, addr)), l, connectKinds...)
			}
			if routed := kind == "unicast" || kind == ""; routed && !(logged && now) {
				if kind == "unicast" {
					return pass(fmt.Sprintf("the kernel has a route to %s", l.Address()))
				}
				return nil
			}
			found := &Finding{Status: l.broken(), Confidence: 0.95, Where: l.addressed(),
				Summary:  fmt.Sprintf("the kernel has no way to %s (%s)", l.Address(), routeWords(kind)),
				Evidence: []Evidence{lineOf(l.Site.Gateway.Root, l.addressed()), {Source: "ip route get " + l.reach.Addr.Addr().String(), Text: routeWords(kind)}},
				Fix:      routeFix(l, kind)}
			if logged {
				found.Evidence = append(found.Evidence, quoteLine(line))
			}
			if addr := hereInstead(ctx, f, l); addr != "" && kind == "none" {
				found.Evidence = append(found.Evidence, Evidence{Source: "ss -ltnp", Text: fmt.Sprintf("port %d is listened on here, at %s", l.Port, addr)})
				found.Fix = pointTo(ctx, f, l, addr)
				found.Fix = found.Fix.Tell("If the address should be here, bring it back instead: ip addr, and the file that sets up the network")
			}
			routeStops(ctx, f, l, found)
			lostAddress(ctx, f, l, found)
			return found
		}),
	}
}

// lostAddress: the upstream is a pool of this machine that does not start, for it is told to listen at an address that this machine does not
// have any more.
func lostAddress(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding) {
	p, pool := f.PoolOf(ctx, l.Hop)
	if l.Scheme != "fastcgi" || p == nil || p.Running() || !p.HasUnit || p.Unit.Active != "failed" && !p.Unit.Looping() {
		return
	}
	at := pool.Get("listen").Place
	found.Where, found.Confidence = at, 0.96
	found.Summary = fmt.Sprintf("pool %s of %s is told to listen on %s, which is no address of this machine (any more), so %s does not start", pool.Name, p.Name(), l.Address(), p.Name())
	found.Evidence = append([]Evidence{lineOf(f.Host.Root, at), unitSays(p.Unit)}, found.Evidence...)
	found.Covers = append(found.Covers, "fpm-pool-config-error", "fpm-not-running")
	to := pointTo(ctx, f, l, fmt.Sprintf("127.0.0.1:%d", l.Port))
	x := Fix{Title: "Let the pool and " + l.From + " meet at this machine's own address", Risk: Low, Undo: undoAll([]string{setLine(f.Host.Root, at, configLine(f.Host.Root, at)), to.Undo})}
	x = fpmStart(p, x.Do("127.0.0.1 is there whatever the network does", "%s", setLine(f.Host.Root, at, fmt.Sprintf("listen = 127.0.0.1:%d", l.Port))))
	x.Steps = append(x.Steps, to.Steps...)
	found.Fix = x.Tell("If the address should be here, bring it back instead: ip addr, and the file that sets up the network")
}

// hereInstead is the address at which a port is listened on by a program of this machine, on all addresses or loopback: the
// upstream's own address may have been one of this machine's. Empty when nobody does.
func hereInstead(ctx context.Context, f *sysinfo.Facts, l *live) string {
	all, err := f.Listeners(ctx, nil)
	if err != nil {
		return ""
	}
	for _, s := range all {
		if a := s.Addr.Addr(); s.Network == "tcp" && int(s.Addr.Port()) == l.Port && (a.IsUnspecified() || a.IsLoopback()) {
			if a.IsUnspecified() {
				return fmt.Sprintf("127.0.0.1:%d", l.Port)
			}
			return s.Addr.String()
		}
	}
	return ""
}

func routeWords(kind string) string {
	switch kind {
	case "prohibit":
		return fmt.Sprintf("a prohibit route: errno %d", syscall.EACCES)
	case "unreachable":
		return fmt.Sprintf("an unreachable route: errno %d", syscall.EHOSTUNREACH)
	case "blackhole":
		return fmt.Sprintf("a blackhole route: errno %d", syscall.EINVAL)
	case "none":
		return fmt.Sprintf("no route: errno %d", syscall.ENETUNREACH)
	}
	return "a route, but nobody answers for the address"
}

func routeFix(l *live, kind string) Fix {
	to := l.reach.Addr.Addr().String()
	switch kind {
	case "prohibit", "unreachable", "blackhole":
		return Fix{Title: "Take the " + kind + " route back", Risk: Medium, Undo: "ip route add " + kind + " " + to}.
			Do("Remove the route that matches "+to, `ip route del $(ip -o route show table all type %s match %s | awk '{t = ""; for (i = 1; i < NF; i++) if ($i == "table") t = " table " $(i+1); print $1, $2 t; exit}')`, kind, sh(to)).
			Tell("If it comes back after a boot, look for it in /etc/network, netplan, or the VPN's scripts")
	}
	return Fix{Title: "Give the machine a way to " + to, Risk: Medium}.
		Tell("Look at ip addr and ip route: the network of %s is not connected. Correct the address at %s if the upstream has moved, or bring the interface or VPN up", to, l.Where)
}
