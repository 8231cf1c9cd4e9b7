package checks

import (
	"context"
	"fmt"
	"net/netip"
	"syscall"

	"fix502/sysinfo"
)

// bindAddressMismatch: the app runs and listens on the right port, but on another address.
func bindAddressMismatch() Check {
	return Check{
		ID: "bind-address-mismatch", Title: "Apps listen on the address the gateway uses", Topic: Upstreams,
		Means: `The app is up and listens on the right port, but on an address that the gateway does not use: 127.0.0.2 or one
network card's address instead of 127.0.0.1. The kernel refuses the gateway (errno 111) although everything "is running". Let the
gateway ask the address on which the app listens, or bind the app to the one the gateway asks.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if l.Unix != "" || l.reach.Err != nil || l.reach.Listener != nil || l.reach.Errno != syscall.ECONNREFUSED || len(l.reach.Others) == 0 {
				return nil
			}
			other := l.reach.Others[0]
			if family(other.Addr.Addr()) != family(l.reach.Addr.Addr()) && isLoopback(other.Addr.Addr()) {
				return nil // localhost-ipv6-mismatch
			}
			found := &Finding{Status: l.broken(), Confidence: 0.96, Where: l.addressed(),
				Summary:  fmt.Sprintf("%s asks %s, but the app listens on %s only", l.From, l.Address(), other.Addr),
				Evidence: []Evidence{lineOf(l.Site.Gateway.Root, l.addressed()), {Source: "ss -ltn", Text: fmt.Sprintf("LISTEN %s, and nothing on %s", other.Addr, l.reach.Addr)}},
				Fix:      pointTo(ctx, f, l, dialableText(other.Addr))}
			return withLine(found, l, connectKinds...)
		}),
	}
}

func family(a netip.Addr) int {
	if a.Unmap().Is4() {
		return 4
	}
	return 6
}

func isLoopback(a netip.Addr) bool { return a.Unmap().IsLoopback() || a.IsUnspecified() }

// dialableText is a listener's address as a gateway would write it.
func dialableText(a netip.AddrPort) string {
	if a.Addr().IsUnspecified() && a.Addr().Is4() {
		return fmt.Sprintf("127.0.0.1:%d", a.Port())
	}
	if a.Addr().IsUnspecified() {
		return fmt.Sprintf("[::1]:%d", a.Port())
	}
	return netip.AddrPortFrom(a.Addr().Unmap(), a.Port()).String()
}
