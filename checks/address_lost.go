package checks

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// lostOwn is where the app of a hop listens on this machine, when the hop's own address is one that the machine no longer has: a private one where
// nobody answers, while its port is listened on here and the page that fails comes from there. Empty in any other case.
func lostOwn(ctx context.Context, f *sysinfo.Facts, l *live) string {
	if l.Unix != "" || l.Scheme != "http" || l.reach.Local || l.Site.Gateway.Net != 0 || !l.reach.Addr.Addr().IsPrivate() || l.ownPort() {
		return ""
	}
	if kind := l.reach.Route.Kind; kind != "unicast" && kind != "none" || hasNeighbour(f, l.reach.Addr.Addr()) {
		return ""
	}
	addr, _ := sysinfo.Memo(f, fmt.Sprint("lost own ", l.Address(), l.asked()), func() (string, error) {
		if addr := hereInstead(ctx, f, l); addr != "" && !l.sideBySide(ctx, f) && l.pageAt(ctx, f, addr) {
			return addr, nil
		}
		return "", nil
	})
	return addr
}

// hasNeighbour says that the kernel knows a network card with an address: it is another machine's, whether that one answers or not. The third field of a
// line has the flag 2 where the card is known (proc(5), /proc/net/arp; include/uapi/linux/if_arp.h, ATF_COM).
func hasNeighbour(f *sysinfo.Facts, addr netip.Addr) bool {
	for _, line := range linesIn(f.Host.Root, "/proc/net/arp") {
		w := strings.Fields(line)
		if len(w) < 4 || w[0] != addr.String() {
			continue
		}
		if flags, err := strconv.ParseUint(strings.TrimPrefix(w[2], "0x"), 16, 32); err == nil && flags&2 != 0 {
			return true
		}
	}
	return false
}

// sideBySide says that the site asks for the port here as well: then this machine's app and the one that is away are two.
func (l *live) sideBySide(ctx context.Context, f *sysinfo.Facts) bool {
	return slices.ContainsFunc(l.Site.Hops, func(h *sysinfo.Hop) bool {
		return h.Unix == "" && h.Port == l.Port && h.Address() != l.Address() && f.Reach(ctx, h).Local
	})
}

// pageAt says that what listens at an address of this machine has a page by the name that was asked for.
func (l *live) pageAt(ctx context.Context, f *sysinfo.Facts, addr string) bool {
	a, err := f.Host.Ask(ctx, sysinfo.Question{Network: "tcp", Address: addr, Host: l.asked(), URI: "/", Wait: time.Second})
	return err == nil && a.Status >= 200 && a.Status < 400
}

// ownPort says that the gateway of a hop listens on the hop's port itself: it would ask itself.
func (l *live) ownPort() bool {
	for _, s := range l.Site.Gateway.Sites {
		for _, at := range s.Listen {
			if at.Unix == "" && int(at.Addr.Port()) == l.Port {
				return true
			}
		}
	}
	return false
}

// failsThere says that a page has just failed at the hop with nobody there: by a line of the gateway's, or, where that is not to be read, by its answer
// and a look of our own.
func (l *live) failsThere(ctx context.Context, f *sysinfo.Facts) bool {
	if _, now, ok := l.has(errlog.ConnectNoRoute, errlog.ConnectTimedOut, errlog.ConnectTimeout, errlog.HAProxyDownTimeout); ok && now {
		return true
	}
	return l.hit && l.answer != nil && (l.answer.Failed() || l.answer.TimedOut()) && l.nobodyThere(ctx, f)
}

// connectPatience is how long a machine on the local network is waited for that may not be there.
const connectPatience = 700 * time.Millisecond

// nobodyThere says that nobody answers at a hop's address at all: neither takes the connection nor refuses it.
func (l *live) nobodyThere(ctx context.Context, f *sysinfo.Facts) bool {
	a, err := l.askOnce(ctx, f, sysinfo.Question{Host: l.asked(), URI: "/", Wait: connectPatience})
	return err == nil && !a.Reached && a.Status == 0 && !a.Refused()
}

// ownAddressLost: the address was one of this machine's, and the app still listens here.
func ownAddressLost(l *live, addr string, fix Fix) *Finding {
	at := l.addressed()
	port := netip.MustParseAddrPort(addr).Port()
	return &Finding{Status: l.broken(), Confidence: 0.94, Where: at,
		Summary: fmt.Sprintf("%s asks %s, which is no address of this machine (any more), and nobody answers there; the app listens here, at %s", l.From, l.Address(), addr),
		Evidence: []Evidence{lineOf(l.Site.Gateway.Root, at), {Source: "ip address", Text: "no interface has " + l.reach.Addr.Addr().String()},
			{Source: "ss -ltnp", Text: fmt.Sprintf("port %d is listened on here", port)}, {Source: "curl " + addr, Text: l.asked() + " answers there"}},
		Fix: fix.Tell("If the address should be here, bring it back instead: ip addr, and the file that sets up the network. If it is another machine's, that one is down or lets nobody in")}
}
