package checks

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net"
	"net/netip"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

var (
	resolveKinds   = [...]errlog.Kind{errlog.ResolveFailed, errlog.ResolverDown}
	namelessCovers = [...]ID{"upstream-returned-5xx", "haproxy-all-servers-down", "haproxy-connect-refused", "apache-proxypass-wrong-target"}
)

// nameWithoutAddress: a gateway sends a page to a name that neither the hosts file nor DNS knows any more. nginx does not
// start like that; Apache, Caddy and HAProxy do, and fail with every visitor (500, 502, 503).
func nameWithoutAddress(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	if _, err := netip.ParseAddr(l.Host); err == nil || l.Site.Gateway.Kind == "nginx" || l.Unix != "" || l.Host == "" || l.Variable || !l.hit || f.Offline || f.Host.Files || l.Site.Gateway.Foreign {
		return nil // a container has names of its own
	}
	if found := hostsIgnored(ctx, f, l); found != nil || len(l.Addrs) > 0 {
		return found
	}
	if f.Host.UID != 0 && sysinfo.OfContainers(l.Host) {
		return &Finding{Status: Unknown, Where: l.Where, Summary: fmt.Sprintf("needs root to look: %s is a name of containers; whether %s runs in one, and what it asks there, only root sees", l.Host, l.From)}
	}
	_, err := f.Host.Resolve(ctx, l.Host)
	found := &Finding{Status: Fail, Confidence: 0.94, Where: l.Where, Summary: fmt.Sprintf("%s asks %s for %s, and no address is known for that name", l.From, l.Host, l.Location),
		Evidence: []Evidence{passLine(l), {Source: "getent hosts " + l.Host, Text: "nothing: neither /etc/hosts nor DNS knows it"}}, Covers: namelessCovers[:]}
	own, now, said := l.has(resolveKinds[:]...)
	switch dns := (*net.DNSError)(nil); {
	case err == nil:
		return nil // it was slow, and has come
	case errors.As(err, &dns) && dns.IsNotFound:
		found = withLine(found, l, connectKinds...)
	case said && now, failsUnheard(ctx, f, l): // DNS does not answer us either, and the gateway itself has just said that it got no address, or what it said is root's to read
		found.Summary = fmt.Sprintf("%s asks %s for %s, and gets no address for that name: it is not in /etc/hosts, and DNS does not answer", l.From, l.Host, l.Location)
		found.Evidence[1].Text = why(err)
		if said && now {
			found.Evidence = append([]Evidence{quoteLine(own)}, found.Evidence...)
		} else {
			found.Confidence = 0.85
		}
	default:
		return &Finding{Status: Unknown, Where: l.Where, Summary: fmt.Sprintf("the address of %s: %s", l.Host, why(err))}
	}
	root := l.Site.Gateway.Root
	line := configLine(root, l.Where)
	known := f.HostNames(l.Site.Gateway)
	if len(known[strings.ToLower(l.Host)]) > 0 {
		found.Fix = inHostsInVain(Fix{Title: "Let the name be found", Risk: Medium}, l.Host)
		return found
	}
	if meant := meantName(l.Host, slices.Sorted(maps.Keys(known))); meant != "" && strings.Count(line, l.Host) == 1 {
		x := Fix{Title: "Correct the name", Risk: Low, Undo: replace(root, l.Where, meant, l.Host)}
		found.Fix = reload(ctx, f, l.Site.Gateway, x.Do(fmt.Sprintf("%s is in /etc/hosts, %s is not", meant, l.Host), "%s", replace(root, l.Where, l.Host, meant)))
		return found
	}
	found.Fix = nameHere(ctx, f, l)
	return found
}

// failsUnheard says that the failed page is the gateway's own, and that only root may read what it logs of it.
func failsUnheard(ctx context.Context, f *sysinfo.Facts, l *live) bool {
	return l.hit && unheard(ctx, f, l.Site) != nil && l.madeByGateway(ctx, f, l.answer)
}

// nameHere gives a name the address at which its port is listened on here; what belongs to another machine only a person
// knows.
func nameHere(ctx context.Context, f *sysinfo.Facts, l *live) Fix {
	x := Fix{Title: "Give " + l.Host + " an address again", Risk: Medium}
	all, err := f.Listeners(ctx, l.Site.Gateway)
	for _, s := range all {
		a := s.Addr.Addr()
		if err != nil || s.Network != "tcp" || int(s.Addr.Port()) != l.Port || l.Port == 80 || l.Port == 443 {
			continue
		}
		if a.IsUnspecified() {
			a = netip.AddrFrom4([4]byte{127, 0, 0, 1})
		}
		x = x.Tell("Port %d is listened on here, at %s: most likely the name stood for it. If it is another machine's, write that one's address instead", l.Port, s.Addr)
		if x, ok := nameInHosts(f.Host.Root, x, a.String(), l.Host); ok {
			x = reload(ctx, f, l.Site.Gateway, x)
			if k := l.Site.Gateway.Kind; (k == "caddy" || k == "traefik") && l.Site.Gateway.Running() { // Go: net/hosts.go, cacheMaxAge
				x = x.Do(l.From+" looks into the hosts file every five seconds", "sleep 5")
			}
			return x
		}
		return x
	}
	return x.Tell("Write a line ADDRESS %s into /etc/hosts, repair DNS, or write another name at %s", l.Host, l.Where)
}
