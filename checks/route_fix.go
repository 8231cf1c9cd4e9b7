package checks

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// stopRoutes are the kinds of route by which a kernel refuses a packet instead of sending it on (ip-route(8)).
var stopRoutes = []string{"prohibit", "unreachable", "blackhole"}

// A stopRoute is the route by which the kernel refuses what goes to an address, as ip prints it.
type stopRoute struct {
	kind string
	to   netip.Prefix
	rest string // " table 100 metric 5"
}

// words are those by which ip deletes it, and adds it again.
func (s stopRoute) words() string {
	to := s.to.String()
	if s.to.IsSingleIP() {
		to = s.to.Addr().String()
	}
	return s.kind + " " + to + s.rest
}

// stoppedBy is the narrowest of the kernel's routes of a kind that lead to an address.
func stoppedBy(ctx context.Context, f *sysinfo.Facts, kind string, to netip.Addr) (s stopRoute, ok bool) {
	out, err := f.Host.Run(ctx, "ip", "-o", "route", "show", "table", "all", "type", kind, "match", to.String())
	if err != nil {
		return s, false
	}
	for line := range strings.Lines(string(out.Stdout)) {
		w := strings.Fields(line)
		if len(w) < 2 || w[0] != kind {
			continue
		}
		net, known := prefixOf(w[1])
		if !known || ok && net.Bits() <= s.to.Bits() {
			continue
		}
		s, ok = stopRoute{kind: kind, to: net}, true
		for i := 2; i+1 < len(w); i++ {
			if w[i] == "table" || w[i] == "metric" {
				s.rest += " " + w[i] + " " + w[i+1]
			}
		}
	}
	return s, ok
}

// prefixOf is the network that a word names; a bare address is one of its own.
func prefixOf(word string) (netip.Prefix, bool) {
	if net, err := netip.ParsePrefix(word); err == nil {
		return net.Masked(), true
	}
	a, err := netip.ParseAddr(word)
	if err != nil {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(a, a.BitLen()), true
}

// routeStops takes the route back, and out of the files that bring it in again.
func routeStops(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding) {
	kind, to := l.reach.Route.Kind, l.reach.Addr.Addr().Unmap()
	if !slices.Contains(stopRoutes, kind) {
		return
	}
	s, ok := stoppedBy(ctx, f, kind, to)
	if !ok {
		return
	}
	found.Evidence = append(found.Evidence, Evidence{Source: "ip route show table all type " + kind + " match " + to.String(), Text: s.words()})
	x := Fix{Title: "Take the " + kind + " route back", Risk: Medium}.Do("Remove the route that matches "+to.String(), "ip route del %s", s.words())
	undo := []string{"ip route add " + s.words()}
	written := routeWritten(f, s)
	units := slices.ContainsFunc(written, func(w writtenRoute) bool { return w.unit })
	if units {
		undo = append(undo, "systemctl daemon-reload")
	}
	for i, w := range written {
		if i == 0 {
			found.Where = w.at
			found.Summary += fmt.Sprintf(", which %s puts there", w.at.File)
		}
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, w.at))
		if by := runBy(f, w.at.File); by.Known() {
			found.Evidence = append(found.Evidence, lineOf(f.Host.Root, by))
		}
		if w.mend == "" {
			x = x.Tell("Take it out of %s as well: it comes back with that", w.at)
			continue
		}
		x = x.Do("Keep it from coming back with "+w.at.File, "%s", w.mend)
		undo = append(undo, w.undo)
	}
	if units {
		x = x.Do("Let systemd read its units again", "systemctl daemon-reload")
	}
	if len(written) == 0 {
		x = x.Tell("If it comes back after a boot, look for it in /etc/network, netplan, or the VPN's scripts")
	}
	x.Undo = undoAll(undo)
	found.Fix = x
}
