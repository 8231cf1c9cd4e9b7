package checks

import (
	"context"
	"net"
	"net/netip"
	"strings"
	"testing"

	"fix502/sysinfo"
	"fix502/sysinfo/hosttest"
)

// DNS that is slow or fails knows nothing of a name: nobody says then that it has no address.
func TestSlowDNSIsNoLostName(t *testing.T) {
	for _, err := range []error{context.DeadlineExceeded, &net.DNSError{Err: "i/o timeout", IsTimeout: true}, &net.DNSError{Err: "server misbehaving", IsTemporary: true}} {
		m := hosttest.Load(t, "testdata/upstream_dns.name-lost.txtar")
		m.Host.Resolve = func(context.Context, string) ([]netip.Addr, error) { return nil, err }
		got := said(settle(t.Context(), sysinfo.NewFacts(m.Host), upstreamDNS()))
		if !strings.HasPrefix(got, "unknown: the address of app.old.internal") || strings.Contains(got, "fail") {
			t.Errorf("%v: got %s", err, got)
		}
	}
}
