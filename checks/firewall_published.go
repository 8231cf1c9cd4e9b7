package checks

import (
	"net/netip"
	"slices"
	"strconv"

	"fix502/sysinfo"
)

// published says that a rule is the way to a container's published port, which its engine made and takes away with the container. A container that is down just now has
// no address to compare with; one that runs at another address has left a rule behind.
func (fw firewall) published(r rule, p packet) bool {
	to := r.sentTo()
	return to.IsValid() && slices.ContainsFunc(fw.containers, func(c sysinfo.Container) bool {
		leads := slices.ContainsFunc(c.Ports, func(o sysinfo.Published) bool { return o.Host == p.port && o.Port == int(to.Port()) })
		return leads && (c.Has(to.Addr()) || len(c.Addrs) == 0)
	})
}

// sentTo is where a rule that gives packets a new address sends them, as iptables-save or nft's JSON has it.
func (r rule) sentTo() netip.AddrPort {
	var to netip.AddrPort
	if m := newDestination.FindStringSubmatch(r.Text); m != nil {
		to, _ = netip.ParseAddrPort(m[1])
	} else if m := newAddr.FindStringSubmatch(r.Text); m != nil {
		port, _ := strconv.ParseUint(m[2], 10, 16)
		addr, _ := netip.ParseAddr(m[1])
		to = netip.AddrPortFrom(addr, uint16(port))
	}
	return to
}

var (
	newDestination = whenAsked(`--to-destination (\S+)`)
	newAddr        = whenAsked(`"dnat":\{(?:"family":"\w+",)?"addr":"([0-9a-fA-F.:]+)",(?:"family":"\w+",)?"port":(\d+)`)
)
