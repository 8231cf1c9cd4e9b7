package checks

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// publication is a port of a container, and the other one that it has on the machine.
type publication struct {
	of   sysinfo.Container
	port sysinfo.Published
}

func (p publication) address() string { return fmt.Sprintf("127.0.0.1:%d", p.port.Host) }

// calledAfter says that the container is called after the site, or has a part of its name from the site or the backend: shop-api-1.
func (p publication) calledAfter(l *live) bool {
	parts := strings.FieldsFunc(p.of.Name, func(r rune) bool { return strings.ContainsRune("-_.", r) })
	label, _, _ := strings.Cut(strings.TrimPrefix(l.Site.Name, "www."), ".")
	return calledAfter(l.Site.Name, p.of.Name) || slices.Contains(parts, label) || l.Block != "" && slices.Contains(parts, strings.TrimPrefix(l.Block, "backend "))
}

func (p publication) says() Evidence {
	return Evidence{Source: p.of.Engine + " port " + p.of.Name, Text: fmt.Sprintf("%d/tcp -> %s:%d", p.port.Port, p.port.IP, p.port.Host)}
}

// publishedElsewhere: the gateway asks the port that a container has inside, and on this machine it is another one. Many containers have the same port
// inside: of several it is the one that nobody asks yet, else the one that is called after the site or the backend.
func publishedElsewhere(ctx context.Context, f *sysinfo.Facts, l *live, all []sysinfo.Container) *Finding {
	var free []publication
	for _, c := range all {
		for _, p := range c.Ports {
			if c.State == "running" && p.Port == l.Port && p.Host != 0 && p.Host != l.Port && !askedAlready(ctx, f, p.Host) {
				free = append(free, publication{c, p})
			}
		}
	}
	called := slices.DeleteFunc(slices.Clone(free), func(p publication) bool { return !p.calledAfter(l) })
	if len(called) == 1 {
		free = called
	}
	if len(free) == 0 {
		return nil
	}
	found := &Finding{Status: l.broken(), Confidence: 0.95, Where: l.Where, Covers: []ID{"upstream-port-nothing-listening", "docker-localhost-upstream"},
		Summary:  fmt.Sprintf("%s asks port %d, which container %s has inside; on this machine it is published as %d", l.From, l.Port, free[0].of.Name, free[0].port.Host),
		Evidence: []Evidence{passLine(l), free[0].says()}}
	if len(free) == 1 {
		found.Fix = pointTo(ctx, f, l, free[0].address())
		return withLine(found, l, connectKinds...)
	}
	var names, ways []string
	for i, p := range free {
		names, ways = append(names, p.of.Name), append(ways, p.of.Name+" at "+p.address())
		if i > 0 {
			found.Evidence = append(found.Evidence, p.says())
		}
	}
	found.Summary = fmt.Sprintf("%s asks port %d, which the containers %s have inside; on this machine each is published as another", l.From, l.Port, listed(names))
	found.Fix = Fix{Title: "Ask the published port of the site's own container", Risk: Low}.
		Tell("Write the right one at %s, test and reload: %s", l.Where, strings.Join(ways, ", "))
	return withLine(found, l, connectKinds...)
}

// askedAlready says that some hop leads to a port of this machine's.
func askedAlready(ctx context.Context, f *sysinfo.Facts, port int) bool {
	here := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	return anyAsks(ctx, f, &sysinfo.Hop{Host: here.String(), Port: port, Addrs: []netip.Addr{here}}, func(*sysinfo.Hop) bool { return true })
}
