package checks

import (
	"context"
	"errors"
	"fmt"
	"syscall"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
	"fix502/sysinfo/varnish"
)

// localhostIPv6Mismatch: one side says 127.0.0.1, the other ::1. Node since 17 is the usual reason.
func localhostIPv6Mismatch() Check {
	return Check{
		ID: "localhost-ipv6-mismatch", Title: "Gateway and apps mean the same localhost", Topic: Upstreams,
		Means: `"localhost" has two addresses, 127.0.0.1 and ::1, and a program may listen on only one of them (Node since version 17
takes ::1). If the gateway asks the other one it is refused. Write the address itself, not the name, on both sides.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if l.Unix != "" || l.reach.Err != nil || !l.reach.Addr.Addr().IsLoopback() {
				return nil
			}
			refused := l.hit && !l.Site.Gateway.Foreign && l.reach.Addr.Addr().Is6() && loopbackIsOff(f) // as the gateway's log says, which may be root's to read
			if line, now, ok := l.has(errlog.ConnectNoAddress); (ok || refused) && l.reach.Addr.Addr().Is6() {
				return ipv6Off(ctx, f, l, line, now || refused)
			}
			if l.reach.Listener != nil || l.reach.Errno != syscall.ECONNREFUSED {
				return nil
			}
			for _, s := range l.reach.Others {
				if !isLoopback(s.Addr.Addr()) || family(s.Addr.Addr()) == family(l.reach.Addr.Addr()) {
					continue
				}
				at := l.addressed()
				found := &Finding{Status: l.broken(), Confidence: 0.97, Where: at,
					Summary:  fmt.Sprintf("%s asks %s over IPv%d, the app listens on IPv%d only (%s)", l.From, l.Address(), family(l.reach.Addr.Addr()), family(s.Addr.Addr()), s.Addr),
					Evidence: []Evidence{passLine(l), {Source: "ss -ltn", Text: fmt.Sprintf("LISTEN %s, and nothing on %s", s.Addr, l.reach.Addr)}},
					Fix:      pointTo(ctx, f, l, dialableText(s.Addr))}
				if at != l.Where {
					found.Evidence = append([]Evidence{lineOf(l.Site.Gateway.Root, at)}, found.Evidence...)
				}
				return withLine(found, l, connectKinds...)
			}
			return nil
		}),
	}
}

// addressed is the line with the address of a hop: Varnish has the port, by which a hop is known, in one of its own.
func (l *live) addressed() sysinfo.Place {
	if b, ok := l.Extra.(*varnish.Backend); ok && b.Values["host"].Place.Known() {
		return b.Values["host"].Place
	}
	return l.Where
}

// ipv6Off: the kernel has no IPv6 on loopback, so ::1 cannot even be tried (errno 99).
func ipv6Off(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine, now bool) *Finding {
	st := Warn
	if now {
		st = l.broken()
	}
	found := &Finding{Status: st, Confidence: 0.95, Where: l.Where,
		Summary:  fmt.Sprintf("%s asks %s, but IPv6 is switched off on this machine", l.From, l.Address()),
		Evidence: []Evidence{passLine(l)},
		Fix:      pointTo(ctx, f, l, fmt.Sprintf("127.0.0.1:%d", l.Port))}
	if line.Text != "" {
		found.Evidence = append(found.Evidence, quoteLine(line))
	}
	if len(l.reach.Others) > 0 {
		return found
	}
	app := f.AppFor(ctx, l.Hop)
	switch s := l.reach.Listener; {
	case s != nil && s.Addr.Addr().IsLoopback():
		found.Evidence = append(found.Evidence, Evidence{Source: "ss -ltn", Text: fmt.Sprintf("LISTEN %s, and nothing over IPv4", s.Addr)})
		found.Fix = ipv6On(f, found)
	case s == nil && app.Unit.Name != "" && !app.Listens() && (loopbackIsOff(f) || wantsIPv6(ctx, f, app.Unit)):
		found.Evidence = append(found.Evidence, kernelSays(l), unitSays(app.Unit))
		found.Covers = append(found.Covers, "gunicorn-boot-failure", "node-crash", "start-limit-hit")
		found.Fix = ipv6On(f, found).Do("Start the app, which could not have its address", "%s%s", anew(app.Unit), warmUp(app.Unit))
	}
	return found
}

var noIPv6 = whenAsked(`(?i)::1\b|EADDRNOTAVAIL|EAFNOSUPPORT|cannot assign requested address|address family not supported`)

// wantsIPv6 says that an app ended over such an address, by its own words, or that only root may read those: it may be down for any other reason.
func wantsIPv6(ctx context.Context, f *sysinfo.Facts, u sysinfo.Unit) bool {
	lines, err := f.Words(ctx, u)
	return errors.Is(err, sysinfo.ErrNeedsRoot) || err == nil && lastSaid(recent(lines), noIPv6) != nil
}
