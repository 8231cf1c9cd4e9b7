package checks

import (
	"cmp"
	"net"
	"net/netip"
	"strconv"
	"strings"

	"fix502/sysinfo"
)

// learnt are the hops of a site whose address the request itself decides, $host or a part of its name: the log says
// where the gateway went with our own questions, and lately with others'.
func learnt(s *sysinfo.Site, logs *sysinfo.Logs, fresh []sysinfo.LogLine) []*sysinfo.Hop {
	var open *sysinfo.Hop
	for _, h := range s.Hops {
		if strings.HasPrefix(h.Host, "$") && h.Unix == "" && open == nil {
			open = h
		}
	}
	if open == nil {
		return nil
	}
	lines := fresh
	if logs != nil {
		for _, g := range logs.Groups {
			if g.Of(s) && len(g.Latest) > 0 {
				lines = append(lines[:len(lines):len(lines)], g.Latest[len(g.Latest)-1])
			}
		}
	}
	var out []*sysinfo.Hop
	seen := map[string]bool{}
	for _, h := range s.Hops {
		seen[h.Address()] = true
	}
	for _, line := range lines {
		address := cmp.Or(line.Upstream.Address, line.Name)
		if !s.Wrote(&line) || seen[address] {
			continue
		}
		seen[address] = true
		h := *open
		if to(&h, address) {
			out = append(out, &h)
		}
	}
	return out
}

// to sends a hop to an address as logs write it.
func to(h *sysinfo.Hop, address string) bool {
	if sock, ok := strings.CutPrefix(address, "unix:"); ok {
		h.Unix, h.Host = sock, ""
		return sock != ""
	}
	host, port, err := net.SplitHostPort(address)
	n, wrong := strconv.Atoi(port)
	if err != nil || wrong != nil {
		return false
	}
	h.Host, h.Port = host, n
	if a, err := netip.ParseAddr(host); err == nil {
		h.Addrs = []netip.Addr{a}
	}
	return true
}
