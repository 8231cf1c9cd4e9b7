package checks

import (
	"context"
	"fmt"
	"net/netip"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// staleDNS: nginx looked the name up when it started, and the address has changed since.
func staleDNS() Check {
	return Check{
		ID: "stale-dns-cached-ip", Title: "nginx uses the upstreams' present addresses", Topic: Network,
		Means: `A name in the configuration is looked up once, when nginx starts or reloads. The upstream has moved to another address since (a container
that was made anew, a load balancer), and nginx still asks the old one. A reload looks it up again; a resolver and a variable in
proxy_pass make nginx do it by itself.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if _, err := netip.ParseAddr(l.Host); l.Unix != "" || l.Host == "" || err == nil || len(l.Addrs) == 0 || l.Variable {
				return nil
			}
			line, now, ok := strayLine(ctx, f, l)
			if !ok || !now && (l.answersNow() || !l.after(line)) {
				return pass(fmt.Sprintf("%s is %s, and nginx asks no other address", l.Host, l.Addrs[0]))
			}
			found := &Finding{Status: Fail, Confidence: 0.96, Where: l.Where, Covers: []ID{"upstream-port-nothing-listening", "network-unreachable", "upstream-read-timeout", "bind-address-mismatch", "firewall-blocks-upstream"},
				Summary:  fmt.Sprintf("nginx asks %s for %s, whose address is %s now", line.Upstream.Host(), l.Host, l.Addrs[0]),
				Evidence: []Evidence{quoteLine(line), {Source: "getent hosts " + l.Host, Text: l.Addrs[0].String()}, passLine(l)}}
			found.Fix = reload(ctx, f, l.Site.Gateway, Fix{Title: "Let nginx look the name up again", Risk: Low}).
				Tell("To have it done by itself: 'resolver' with a DNS server, and the name in a variable: set $app %s; proxy_pass http://$app:%d;", l.Host, l.Port)
			return found
		}),
	}
}

// strayLine is a failed connection of this site to the hop's port at an address that its name does not stand for.
func strayLine(ctx context.Context, f *sysinfo.Facts, l *live) (sysinfo.LogLine, bool, bool) {
	stray := func(line sysinfo.LogLine) bool {
		ip := line.Upstream.IP()
		if !ip.IsValid() || line.Upstream.Port() != l.Port || !l.Site.Called(line.Site()) {
			return false
		}
		for _, a := range l.Addrs {
			if a == ip {
				return false
			}
		}
		for _, h := range l.Site.Hops {
			for _, a := range h.Addrs {
				if a == ip {
					return false
				}
			}
		}
		return true
	}
	for _, line := range f.Fresh(ctx, l.Site) {
		if stray(line) {
			return line, true, true
		}
	}
	var last sysinfo.LogLine
	logs, err := f.Logs(ctx)
	if err != nil {
		return last, false, false
	}
	for _, g := range logs.Groups {
		for _, line := range g.Latest {
			if line.Event.Source == errlog.Nginx && stray(line) && line.Time.After(last.Time) {
				last = line
			}
		}
	}
	return last, false, !last.Time.IsZero()
}
