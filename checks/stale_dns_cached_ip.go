package checks

import (
	"context"
	"fmt"
	"net/http"
	"net/netip"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
	"fix502/sysinfo/varnish"
)

// staleDNS: nginx looked the name up when it started, and the address has changed since.
func staleDNS() Check {
	return Check{
		ID: "stale-dns-cached-ip", Title: "Gateways use the upstreams' present addresses", Topic: Network,
		Means: `A name in the configuration is looked up once, when nginx, HAProxy or Varnish starts or reloads. The upstream has moved to another address
since (a container that was made anew, a load balancer, a changed hosts file), and the gateway still asks the old one. A reload looks it up again; a
resolver and a variable in proxy_pass make nginx do it by itself. An address of a container that was written down is as old: its engine
gives out another one when it is made anew.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if found := movedContainer(ctx, f, l); found != nil {
				return found
			}
			if _, err := netip.ParseAddr(l.Host); l.Unix != "" || l.Host == "" || l.Host == "localhost" || err == nil || len(l.Addrs) == 0 || l.Variable {
				return nil // localhost never moves
			}
			if found := oldAddress(ctx, f, l); found != nil {
				return found
			}
			line, now, ok := strayLine(ctx, f, l)
			if blind := unread(ctx, f, complaintLogs(l.Site)); !ok && blind != nil {
				return blind
			}
			if !ok || !now && (l.answersNow() || !l.after(line)) {
				return pass(fmt.Sprintf("%s is %s, and %s asks no other address", l.Host, l.Addrs[0], l.From))
			}
			return movedAway(ctx, f, l, line.Upstream.Host(), quoteLine(line))
		}),
	}
}

// elsewhereNow are what comes of an address that nobody answers at any more.
var elsewhereNow = []ID{"upstream-port-nothing-listening", "network-unreachable", "upstream-read-timeout", "bind-address-mismatch", "firewall-blocks-upstream", "haproxy-all-servers-down", "haproxy-connect-refused", "varnish-backend-fetch-failed", "varnish-backend-unhealthy"}

// movedAway says that a gateway still asks the address that a name had when it started.
func movedAway(ctx context.Context, f *sysinfo.Facts, l *live, old string, proof Evidence) *Finding {
	found := &Finding{Status: Fail, Confidence: 0.96, Where: l.Where, Covers: elsewhereNow,
		Summary:  fmt.Sprintf("%s asks %s for %s, whose address is %s now", l.From, old, l.Host, l.Addrs[0]),
		Evidence: []Evidence{proof, {Source: "getent hosts " + l.Host, Text: l.Addrs[0].String()}, passLine(l)}}
	found.Fix = reload(ctx, f, l.Site.Gateway, Fix{Title: "Let " + l.From + " look the name up again", Risk: Low})
	switch l.Site.Gateway.Kind {
	case "nginx":
		found.Fix = found.Fix.Tell("To have it done by itself: 'resolver' with a DNS server, and the name in a variable: set $app %s; proxy_pass http://$app:%d;", l.Host, l.Port)
	case "haproxy":
		found.Fix = found.Fix.Do("Give the checks time to pass", "sleep 3").Tell("To have it done by itself: a resolvers section with a DNS server, and 'resolvers NAME' on %s", l.Where)
	default:
		found.Fix = found.Fix.Tell("Until a reload it keeps the address: reload it whenever the name moves, or write an address that stays at %s", l.Where)
	}
	return found
}

// oldAddress is for gateways that name no address when they fail: HAProxy tells it when asked; Varnish does not, but when
// it gets no connection to what listens under the name now, and the hosts file is younger than what it runs with, it asks
// another address. So does nginx, whose log only root may read, when what listens there gives the page.
func oldAddress(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	g := l.Site.Gateway
	if !l.hit || l.reach.Listener == nil {
		return nil
	}
	switch g.Kind {
	case "haproxy":
		all, err := f.ServerAddrs(ctx, g)
		if a, ok := all[l.Label]; err == nil && ok && !slices.Contains(l.Addrs, a) && !slices.Contains(l.Addrs, a.Unmap()) {
			return movedAway(ctx, f, l, a.String(), Evidence{Source: "show servers state", Text: l.Label + " is at " + a.String()})
		}
	case "nginx":
		if l.answer.Status != http.StatusBadGateway && l.answer.Status != http.StatusGatewayTimeout {
			return nil // it was not in vain that it asked somebody
		}
		if l.Block != "" && !l.alone() {
			return nil
		}
		if !failsUnheard(ctx, f, l) {
			return nil
		}
		return oldUnheard(ctx, f, l)
	case "varnish":
		said, err := f.FetchErrors(ctx, g)
		hosts, younger := youngerHosts(g)
		if b, ok := l.Extra.(*varnish.Backend); err != nil && f.Host.UID != 0 && ok && len(b.Probe) == 0 && l.answer.Status == http.StatusServiceUnavailable && own(g.Kind, l.answer) {
			return oldUnheard(ctx, f, l)
		}
		if err != nil || !younger || len(said) == 0 || !strings.Contains(said[len(said)-1], "fail errno") {
			return nil
		}
		found := movedAway(ctx, f, l, "its former address", Evidence{Source: "varnishlog -d -i FetchError", Text: said[len(said)-1]})
		found.Confidence = 0.9
		if b, ok := l.Extra.(*varnish.Backend); ok && b.Values["host"].File != "" {
			found.Where = b.Values["host"].Place
			found.Evidence[len(found.Evidence)-1] = lineOf(g.Root, found.Where)
		}
		found.Evidence = append(found.Evidence, hosts, Evidence{Source: "ss -ltn", Text: l.reach.Listener.String() + " listens" + by(ctx, f, l.reach.Owner, l.Port)})
		return found
	}
	return nil
}

// oldUnheard is for a gateway whose log only root may read: the page fails there, what listens under the name now gives it, and the hosts file is
// younger than what the gateway runs with.
func oldUnheard(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	g := l.Site.Gateway
	hosts, younger := youngerHosts(g)
	if !younger || len(f.HostNames(g)[l.Host]) == 0 || g.Edited.After(g.Loaded) || !l.appIsWell(ctx, f) {
		return nil
	}
	found := movedAway(ctx, f, l, "its former address", Evidence{Source: "GET " + l.Address() + l.answer.Question.Path(), Text: fmt.Sprintf("the page, where %s itself says %d", l.From, l.answer.Status)})
	found.Confidence, found.Evidence = 0.9, append(found.Evidence, hosts)
	return found
}

// youngerHosts says that the hosts file was changed after a gateway looked its names up.
func youngerHosts(g *sysinfo.Gateway) (Evidence, bool) {
	hosts, err := g.Root.Stat("/etc/hosts")
	return Evidence{Source: "ls -l /etc/hosts", Text: fmt.Sprintf("changed %s; %s has its addresses from %s", hosts.ModTime.Format("15:04:05"), g.Title(), g.Loaded.Format("15:04:05"))},
		err == nil && hosts.ModTime.After(g.Loaded)
}

// strayLine is a failed connection of this site to the hop's port at an address that its name does not stand for.
func strayLine(ctx context.Context, f *sysinfo.Facts, l *live) (sysinfo.LogLine, bool, bool) {
	stray := func(line sysinfo.LogLine) bool {
		ip := line.Upstream.IP()
		if !ip.IsValid() || line.Upstream.Port() != l.Port || !l.Site.Wrote(&line) {
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
