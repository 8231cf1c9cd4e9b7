package sysinfo

import (
	"context"
	"net/netip"
	"slices"
)

// elsewhere is a listener in a network other than ours, and who holds it.
type elsewhere struct {
	proc   Proc
	socket Socket
}

// ListenerElsewhere finds a process that listens on a TCP port in another network than the gateway's.
func (f *Facts) ListenerElsewhere(ctx context.Context, g *Gateway, port int) (Proc, Socket, bool) {
	nets, err := f.networks(ctx)
	if err != nil {
		return Proc{}, Socket{}, false
	}
	here := f.NetOf(g.PID)
	if here == "" {
		return Proc{}, Socket{}, false
	}
	for net, all := range nets {
		for _, e := range all {
			if net != here && e.socket.Network == "tcp" && int(e.socket.Addr.Port()) == port {
				return e.proc, e.socket, true
			}
		}
	}
	return Proc{}, Socket{}, false
}

// ListensIn says that a process listens on a TCP port in the network of another process, for others than itself.
func (f *Facts) ListensIn(ctx context.Context, pid, port int) bool {
	return slices.ContainsFunc(f.ListenersIn(ctx, pid), func(a netip.AddrPort) bool { return int(a.Port()) == port && !a.Addr().IsLoopback() })
}

// ListenersIn are the TCP listeners in the network that a process lives in; none where we may not look.
func (f *Facts) ListenersIn(ctx context.Context, pid int) []netip.AddrPort {
	nets, err := f.networks(ctx)
	if err != nil {
		return nil
	}
	var out []netip.AddrPort
	for _, e := range nets[f.NetOf(pid)] {
		if e.socket.Network == "tcp" {
			out = append(out, e.socket.Addr)
		}
	}
	return out
}

// networks are otherNets, looked at once.
func (f *Facts) networks(ctx context.Context) (map[string][]elsewhere, error) {
	return f.nets.get(func() (map[string][]elsewhere, error) { return f.otherNets(ctx) })
}

// unixElsewhere is the listener of a socket's file in another network: the kernel lists it there alone, and its file lets everybody in (unix(7)).
func (f *Facts) unixElsewhere(ctx context.Context, g *Gateway, name string, file *Info) *Socket {
	nets, err := f.networks(ctx)
	here := f.NetOf(g.PID)
	if err != nil || here == "" {
		return nil
	}
	for net, all := range nets {
		for _, e := range all {
			if net != here && e.socket.Network == "unix" {
				if found := f.unixListener([]Socket{e.socket}, name, file); found != nil {
					return found
				}
			}
		}
	}
	return nil
}

// otherNets lists the listeners of every network on this machine, by its name.
func (f *Facts) otherNets(ctx context.Context) (map[string][]elsewhere, error) {
	procs, err := f.Procs(ctx)
	if err != nil {
		return nil, err
	}
	out := map[string][]elsewhere{}
	for _, p := range procs {
		net := f.NetOf(p.PID)
		if _, seen := out[net]; seen || net == "" {
			continue
		}
		out[net] = []elsewhere{}
		all, err := f.Host.Sockets(ctx, p.PID)
		if err != nil {
			continue // gone meanwhile
		}
		for _, s := range all {
			holder := p
			if o, ok := f.OwnerOf(ctx, s); ok {
				holder = o
			}
			out[net] = append(out[net], elsewhere{holder, s})
		}
	}
	return out, ctx.Err()
}
