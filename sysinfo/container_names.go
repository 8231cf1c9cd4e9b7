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

// OfEngine says that it leads into the bridge of one of an engine's networks, by the names that they give. What is in a network without one, a macvlan's, may be
// another machine's.
func (r Route) OfEngine() bool {
	return slices.ContainsFunc([]string{"docker", "br-", "podman", "cni-"}, func(p string) bool { return strings.HasPrefix(r.Dev, p) })
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

// ContainerCalled is the container, running or not, that a gateway in one asks by that name: one of its networks' before all.
func (f *Facts) ContainerCalled(ctx context.Context, from Container, name string) (Container, bool) {
	all, _ := f.Containers(ctx) // they were read for the one that asks
	var out []Container
	for _, c := range all {
		if c.Engine == from.Engine && c.Name != from.Name && c.Called(name) {
			out = append(out, c)
		}
	}
	if len(out) == 0 {
		return Container{}, false
	}
	return slices.MaxFunc(out, func(a, b Container) int { return shared(from, a) - shared(from, b) }), true
}

// containerAt is the container that runs at one of some addresses in a network of the one that asks.
func (f *Facts) containerAt(ctx context.Context, from Container, addrs []netip.Addr) (Container, bool) {
	all, _ := f.Containers(ctx) // they were read for the one that asks
	i := slices.IndexFunc(all, func(c Container) bool {
		return c.State == "running" && c.Engine == from.Engine && c.Name != from.Name && c.Shares(from) &&
			slices.ContainsFunc(c.Addrs, func(p netip.Prefix) bool { return slices.Contains(addrs, p.Addr()) })
	})
	if i < 0 {
		return Container{}, false
	}
	return all[i], true
}

// Shares says that two containers are, or will be when they run, in one network.
func (c Container) Shares(o Container) bool { return shared(c, o) > 0 }

func shared(a, b Container) int {
	return len(slices.DeleteFunc(slices.Clone(a.Networks), func(n string) bool { return !slices.Contains(b.Networks, n) }))
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

// Neighbours are the containers that run in a container's networks.
func (f *Facts) Neighbours(ctx context.Context, of Container) []Container {
	all, _ := f.Containers(ctx) // they were read for it
	return slices.DeleteFunc(slices.Clone(all), func(c Container) bool {
		return c.Engine != of.Engine || c.Name == of.Name || c.State != "running" || !c.Shares(of)
	})
}
