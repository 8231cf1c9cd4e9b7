package checks

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"fix502/sysinfo"
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
			from := deniedClient(ctx, f, l, strings.FieldsFunc(v.Text, func(r rune) bool { return r == ',' || r == ' ' }))
			if from == "" {
				return pass(fmt.Sprintf("pool %s takes the requests of %s", pool.Name, l.From))
			}
			_, now, ok := l.has(brokenKinds...)
			failed := l.hit && (l.answer.Status == 502 || l.answer.Status == 503 && l.Site.Gateway.Kind == "apache") // the log may not be ours to read
			if !ok && !failed || !now && l.answersNow() || len(l.Addrs) == 0 || !l.Addrs[0].IsLoopback() {
				return nil
			}
			at := v.Place
			found := &Finding{Status: l.broken(), Confidence: 0.96, Where: at, Summary: fmt.Sprintf("pool %s takes requests from %s only, %s comes from %s", pool.Name, v.Text, l.From, from),
				Evidence: []Evidence{lineOf(f.Host.Root, at)}, Covers: []ID{"upstream-premature-close", "upstream-protocol-mismatch"}}
			x := Fix{Title: "Let the pool take " + l.From + "'s requests", Risk: Medium, Undo: setLine(f.Host.Root, at, configLine(f.Host.Root, at))}
			found.Fix = fpmRestart(p, x.Do("Add the gateway's address", "%s", setLine(f.Host.Root, at, "listen.allowed_clients = "+v.Text+","+from)))
			return withLine(found, l, brokenKinds...)
		}),
	}
}

// deniedClient is the address by which a gateway comes and that the pool does not take; empty where it takes all. A name like localhost has two,
// and only those count at which the pool listens: at the other one the gateway is refused, and takes the next.
func deniedClient(ctx context.Context, f *sysinfo.Facts, l *live, allowed []string) string {
	if slices.Contains(allowed, "any") {
		return ""
	}
	all, err := f.Listeners(ctx, l.Site.Gateway)
	for i, a := range l.Addrs {
		from := "127.0.0.1"
		if a.Is6() {
			from = "::1"
		}
		there := func(s sysinfo.Socket) bool { return s.Serves(netip.AddrPortFrom(a.Unmap(), uint16(l.Port))) }
		if !slices.Contains(allowed, from) && (i == 0 && err != nil || len(l.Addrs) == 1 || slices.ContainsFunc(all, there)) {
			return from
		}
	}
	return ""
}
