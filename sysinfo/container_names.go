package sysinfo

import (
	"context"
	"net/netip"
	"slices"
	"strings"
)

// KnowsNames says that a container asks its engine's name server, which knows the containers of its networks by their names: Docker's at 127.0.0.11, Podman's at
// its network's own address on the machine. In the default networks of both there is none.
func (c Container) KnowsNames(r Root) bool {
	servers := NameServers(r)
	return len(servers) > 0 && (servers[0] == netip.AddrFrom4([4]byte{127, 0, 0, 11}) || slices.ContainsFunc(c.Addrs, func(p netip.Prefix) bool { return p.Contains(servers[0]) }))
}

// Called says that a container's name or one of its aliases is that.
func (c Container) Called(name string) bool {
	return strings.EqualFold(c.Name, name) || slices.ContainsFunc(c.Aliases, func(a string) bool { return strings.EqualFold(a, name) })
}

// Meets is the address at which another container comes to this one, in a network that both are in.
func (c Container) Meets(o Container) (netip.Addr, bool) {
	for _, p := range o.Addrs {
		if a, ok := c.Beside(p.Addr()); ok {
			return a, true
		}
	}
	return netip.Addr{}, false
}

// containersCalled are the addresses that its engine gives a gateway in a container for a name.
func (f *Facts) containersCalled(ctx context.Context, g *Gateway, name string) []netip.Addr {
	if g.Container == nil || !g.Container.KnowsNames(g.Root) {
		return nil
	}
	all, _ := f.Containers(ctx) // they were read for the gateway's own
	var out []netip.Addr
	for _, c := range all {
		if c.State != "running" || c.Engine != g.Container.Engine || !c.Called(name) {
			continue
		}
		if a, ok := c.Meets(*g.Container); ok {
			out = append(out, a)
		}
	}
	return out
}
