package checks

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// allowedClientsDenied: a TCP pool that takes requests from other addresses only, and mostly does not say so.
func allowedClientsDenied() Check {
	return Check{
		ID: "allowed-clients-denied", Title: "Pools on TCP take the gateway's requests", Topic: Upstreams,
		Means: `listen.allowed_clients lists the addresses whose requests a PHP-FPM pool takes. The gateway's is not among them, so PHP-FPM drops every
connection (nginx: reset by peer), and with its usual settings writes nothing about it anywhere. Add the address.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if l.Scheme != "fastcgi" || l.Unix != "" {
				return nil
			}
			p, pool := f.PoolOf(ctx, l.Hop)
			if p == nil || !pool.Get("listen.allowed_clients").Set() {
				return nil
			}
			v := pool.Get("listen.allowed_clients")
			from, known := deniedClient(ctx, f, l, pool.Name, strings.FieldsFunc(v.Text, func(r rune) bool { return r == ',' || r == ' ' }))
			if !known {
				return nil
			}
			if from == "" {
				return pass(fmt.Sprintf("pool %s takes the requests of %s", pool.Name, l.From))
			}
			_, now, ok := l.has(brokenKinds...)
			failed := l.hit && (l.answer.Status == 502 || l.answer.Status == 503 && l.Site.Gateway.Kind == "apache") // the log may not be ours to read
			if !ok && !failed || !now && l.answersNow() {
				return nil
			}
			at := v.Place
			found := &Finding{Status: l.broken(), Confidence: 0.96, Where: at, Summary: fmt.Sprintf("pool %s takes requests from %s only, %s comes from %s", pool.Name, v.Text, l.From, from),
				Evidence: []Evidence{lineOf(f.Host.Root, at)}, Covers: []ID{"upstream-premature-close", "upstream-protocol-mismatch"}}
			if line, _, said := poolLine(ctx, f, pool.Name, errlog.FPMDisallowed); said && l.after(line) {
				found.Evidence = append(found.Evidence, quoteLine(line))
			}
			x := Fix{Title: "Let the pool take " + l.From + "'s requests", Risk: Medium, Undo: setLine(f.Host.Root, at, configLine(f.Host.Root, at))}
			found.Fix = fpmRestart(p, x.Do("Add the gateway's address", "%s", setLine(f.Host.Root, at, "listen.allowed_clients = "+v.Text+","+from)))
			return withLine(found, l, brokenKinds...)
		}),
	}
}

// deniedClient is the address by which a gateway comes and that the pool does not take; empty where it takes all, and not known where nobody can tell
// by which it comes. A name like localhost has two, and only those count at which the pool listens: at the other one the gateway is refused, and takes
// the next.
func deniedClient(ctx context.Context, f *sysinfo.Facts, l *live, pool string, allowed []string) (from string, known bool) {
	if slices.Contains(allowed, "any") {
		return "", true
	}
	if from := droppedClient(ctx, f, l, pool); from.IsValid() && !admitted(allowed, from) {
		return from.String(), true
	}
	all, err := f.Listeners(ctx, l.Site.Gateway)
	for i, a := range l.Addrs {
		from := callsFrom(ctx, f, l, a)
		if !from.IsValid() {
			continue
		}
		known = true
		there := func(s sysinfo.Socket) bool { return s.Serves(netip.AddrPortFrom(a.Unmap(), uint16(l.Port))) }
		if !admitted(allowed, from) && (i == 0 && err != nil || len(l.Addrs) == 1 || slices.ContainsFunc(all, there)) {
			return from.String(), true
		}
	}
	return "", known
}

// admitted says that an address is among those of listen.allowed_clients.
func admitted(allowed []string, from netip.Addr) bool {
	return slices.ContainsFunc(allowed, func(one string) bool {
		a, err := netip.ParseAddr(one)
		return err == nil && a.Unmap() == from
	})
}

// droppedClient is the address whose requests the pool says to drop, where that is what broke one of the gateway's: it is written down where the pool
// keeps what its workers say (catch_workers_output).
func droppedClient(ctx context.Context, f *sysinfo.Facts, l *live, pool string) netip.Addr {
	line, _, said := poolLine(ctx, f, pool, errlog.FPMDisallowed)
	broke := func(b sysinfo.LogLine) bool {
		return slices.Contains(brokenKinds, b.Kind) && within(b.Time, line.Time, 3*time.Second)
	}
	if !said || !l.after(line) || !slices.ContainsFunc(l.lines(), broke) {
		return netip.Addr{}
	}
	from, _ := netip.ParseAddr(line.Client) // none is none
	return from.Unmap()
}

// callsFrom is the address by which a gateway comes to a pool of this machine: the one that its configuration names, else the kernel's choice, which is
// not always the address that is called (the second of an interface is called from its first).
func callsFrom(ctx context.Context, f *sysinfo.Facts, l *live, to netip.Addr) netip.Addr {
	if set := l.source(); set != "" && set != "off" && set != "0.0.0.0" && set != "*" {
		from, _ := netip.ParseAddr(set) // a variable is only known of one request
		return from.Unmap()
	}
	switch to = to.Unmap(); {
	case to.IsLoopback() && to.Is4():
		return netip.AddrFrom4([4]byte{127, 0, 0, 1})
	case to.IsLoopback():
		return to
	case l.Site.Gateway.Net != 0: // of a network of its own
		return netip.Addr{}
	}
	switch route, err := f.Host.Route(ctx, to); {
	case err != nil || route.Kind != "local":
		return netip.Addr{}
	case route.Src.IsValid():
		return route.Src.Unmap()
	}
	return to
}
