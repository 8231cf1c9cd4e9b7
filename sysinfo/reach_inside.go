package sysinfo

import (
	"context"
	"net/netip"
)

// Inside is how packets of a gateway in a container come to the machine's own address.
type Inside struct {
	From netip.Prefix // the container's address, with its network's length
	Dev  string       // the machine's interface to that network
}

// wayOut is how a gateway in a container comes to an address of the machine's own: from the container's address in the network that the address lies in,
// or from its only one. Nil where no engine tells.
func (f *Facts) wayOut(ctx context.Context, g *Gateway, to netip.Addr) *Inside {
	all, err := f.Containers(ctx)
	if err != nil {
		return nil
	}
	for _, c := range all {
		if c.State != "running" || c.PID == 0 || f.NetOf(c.PID) != f.NetOf(g.PID) {
			continue
		}
		for _, from := range c.Addrs {
			if !from.Contains(to) && len(c.Addrs) != 1 {
				continue
			}
			back, err := f.Host.Route(ctx, from.Addr())
			if err != nil || back.Kind != "unicast" {
				return nil
			}
			return &Inside{From: from, Dev: back.Dev}
		}
	}
	return nil
}
