package sysinfo

import (
	"fmt"
	"net/netip"
	"strings"

	"fix502/sysinfo/haproxy"
)

// firstOf are the addresses of a hop's name that its gateway tries. All of them, but for HAProxy: it takes the first that
// getaddrinfo(3) gives when it starts, and asks no other (tools.c, str2ip2). Of a name for both loopbacks that is ::1,
// as long as the machine has it (RFC 6724, 2.1).
func (f *Facts) firstOf(h *Hop, addrs []netip.Addr) []netip.Addr {
	s, ok := h.Extra.(haproxy.Server)
	if !ok || s.Resolves || len(addrs) < 2 {
		return addrs
	}
	v6 := -1
	for i, a := range addrs {
		if !a.IsLoopback() {
			return addrs // which of them is first, routes and labels decide
		}
		if a.Is6() && v6 < 0 {
			v6 = i
		}
	}
	switch family, _, given := strings.Cut(s.Word, "@"); {
	case v6 < 0:
		return addrs[:1]
	case given && strings.HasSuffix(family, "4"), !f.loopback6(h.Site.Gateway):
		return addrs
	}
	return addrs[v6 : v6+1]
}

// loopback6 says that a gateway's network has ::1 (proc(5), /proc/net/if_inet6).
func (f *Facts) loopback6(g *Gateway) bool {
	file := "/proc/net/if_inet6"
	if g.Net != 0 {
		file = fmt.Sprintf("/proc/%d/net/if_inet6", g.Net)
	}
	text, _ := f.Host.Root.ReadFile(file)
	for line := range strings.Lines(string(text)) {
		if strings.HasPrefix(line, strings.Repeat("0", 31)+"1 ") {
			return true
		}
	}
	return false
}
