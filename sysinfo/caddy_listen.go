package sysinfo

import (
	"net/netip"
	"strings"
)

// caddyListens is where a site listens with a port: at what its bind names, at every address without one and where a name stands there.
func caddyListens(binds []string, port uint16, tls bool) []Listen {
	var out []Listen
	for _, b := range binds {
		network, addr, ok := strings.Cut(b, "/")
		if !ok {
			addr = b
		}
		if ip, err := netip.ParseAddr(strings.Trim(addr, "[]")); err == nil {
			out = append(out, Listen{Addr: netip.AddrPortFrom(ip, port), TLS: tls})
		} else if path, _, _ := strings.Cut(addr, "|"); network == "unix" && ok {
			out = append(out, Listen{Unix: path, TLS: tls})
		}
	}
	if len(out) > 0 {
		return out
	}
	return []Listen{{Addr: netip.AddrPortFrom(netip.IPv4Unspecified(), port), TLS: tls}, {Addr: netip.AddrPortFrom(netip.IPv6Unspecified(), port), TLS: tls}}
}
