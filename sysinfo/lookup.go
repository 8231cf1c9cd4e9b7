package sysinfo

import (
	"context"
	"net/netip"
	"strings"
	"time"
)

// resolveHops gives every hop its addresses: literals as they are, names by the hosts file and, unless offline,
// by DNS, each name once.
func (f *Facts) resolveHops(ctx context.Context, g *Gateway) {
	hosts := hostsFor(g)
	known := map[string][]netip.Addr{}
	for _, s := range g.Sites {
		for _, h := range s.Hops {
			if h.Unix != "" || h.Host == "" || strings.Contains(h.Host, "$") {
				continue
			}
			addrs, ok := known[h.Host]
			if !ok {
				if addrs = f.containersCalled(ctx, g, h.Host); len(addrs) == 0 {
					addrs = f.lookup(ctx, h.Host, hosts)
				}
				known[h.Host] = addrs
			}
			h.Addrs = f.firstOf(h, addrs)
		}
	}
}

// HostNames are the names in the hosts file of a gateway, whether it looks there or not (HostsUnread).
func (f *Facts) HostNames(g *Gateway) map[string][]netip.Addr { return readHosts(g.Root) }

// Lookup is what a name stands for where a gateway lives: by its hosts file and, unless offline, by DNS.
func (f *Facts) Lookup(ctx context.Context, g *Gateway, name string) []netip.Addr {
	if a := f.containersCalled(ctx, g, name); len(a) > 0 {
		return a
	}
	return f.lookup(ctx, name, hostsFor(g))
}

// lookup asks the hosts file that was read, nil where nobody looks there: then localhost, too, is a name that DNS may know.
func (f *Facts) lookup(ctx context.Context, name string, hosts map[string][]netip.Addr) []netip.Addr {
	if a, err := netip.ParseAddr(name); err == nil {
		return []netip.Addr{a}
	}
	if a := hosts[strings.ToLower(name)]; len(a) > 0 {
		return a
	}
	if name == "localhost" && (hosts != nil || f.Offline || f.Host.Files) {
		return []netip.Addr{netip.AddrFrom4([4]byte{127, 0, 0, 1})}
	}
	if f.Offline || f.Host.Files {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	addrs, err := f.Host.Resolve(ctx, name)
	if err != nil {
		return nil // upstream-dns says why
	}
	return addrs
}

// readHosts reads /etc/hosts: hosts(5).
func readHosts(r Root) map[string][]netip.Addr {
	out := map[string][]netip.Addr{}
	b, err := r.ReadFile("/etc/hosts")
	if err != nil {
		return out
	}
	for line := range strings.Lines(string(b)) {
		line, _, _ = strings.Cut(line, "#")
		w := strings.Fields(line)
		if len(w) < 2 {
			continue
		}
		a, err := netip.ParseAddr(w[0])
		if err != nil {
			continue
		}
		for _, n := range w[1:] {
			n = strings.ToLower(n)
			out[n] = append(out[n], a)
		}
	}
	return out
}
