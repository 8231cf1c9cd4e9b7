package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
)

// gatewayInside is for a gateway with a network of its own whose app listens in the machine's: there the gateway's 127.0.0.1 is a
// container's, and the app's address has to be one that containers come to.
func gatewayInside(ctx context.Context, f *sysinfo.Facts, l *live, p sysinfo.Proc, s sysinfo.Socket, found *Finding) bool {
	g := l.Site.Gateway
	if machine := f.NetOf(1); machine == "" || f.NetOf(p.PID) != machine || f.NetOf(g.PID) == machine {
		return false
	}
	if u, ok := f.Unit(ctx, f.UnitOf(g.PID)); ok && u.Props["PrivateNetwork"] == "yes" {
		found.Fix = machineNetwork(f, u)
		found.blameNetwork(f, u)
		return true
	}
	in := containerOf(ctx, f, g.PID)
	found.Summary = fmt.Sprintf("%s lives in %s, where %s is the container's own; %s listens there on the machine", l.From, in, l.Address(), holder(ctx, f, p, l.Port))
	if g.Foreign && g.Container == nil {
		found.Evidence = append(found.Evidence, Evidence{Source: fmt.Sprintf("readlink /proc/%d/root", g.PID), Text: fmt.Sprintf("%s is a file of %s, not of this machine", l.Where.File, in)})
	}
	host := f.MachineFrom(g.PID)
	asks := fmt.Sprintf("http://host.docker.internal:%d with extra_hosts: [\"host.docker.internal:host-gateway\"] (--add-host=host.docker.internal:host-gateway); Podman knows host.containers.internal by itself", l.Port)
	x := Fix{Title: fmt.Sprintf("Let %s ask the machine, not its own container", l.From), Risk: Medium}
	if host.IsValid() {
		found.Evidence = append(found.Evidence, Evidence{Source: fmt.Sprintf("/proc/%d/net/route", g.PID), Text: fmt.Sprintf("the machine is %s for %s", host, in)})
		asks = fmt.Sprintf("http://%s:%d (or %s)", host, l.Port, asks)
	}
	if host.IsValid() && (!g.Foreign || g.Container != nil) && !s.Addr.Addr().Unmap().IsLoopback() { // its files are within reach, and the app takes who comes from there
		found.Fix = pointTo(ctx, f, l, fmt.Sprintf("%s:%d", f.MachineName(g, host), l.Port)).
			Tell("Or give the container the machine's network (network_mode: host, --network host) when it is made anew: then %s is right as it stood, and its published ports fall away", l.Address())
		return true
	}
	if a := s.Addr.Addr().Unmap(); a.IsLoopback() {
		where := "the address that the bridge has on this machine (ip -br addr: docker0, br-…, podman0)"
		if host.IsValid() {
			where = fmt.Sprintf("%s:%d, the bridge's address on this machine,", host, l.Port)
		}
		x = x.Tell("%s listens on %s, which no container comes to. Let it listen on %s too, and not on 0.0.0.0, where the world may ask it", p.Name, s.Addr, where)
	}
	x = x.Tell("At %s, a file of %s (change it where the image or the mounted folder has it), write %s", l.Where, in, asks)
	x = reload(ctx, f, g, x)
	found.Fix = x.Tell("Or give the container the machine's network (network_mode: host, --network host) when it is made anew: then %s is right as it stands, and its published ports fall away", l.Address())
	return true
}

// containerOf is what an engine calls the container that a process lives in, for people.
func containerOf(ctx context.Context, f *sysinfo.Facts, pid int) string {
	all, _ := f.Containers(ctx) // unreadable: then it has no name
	for _, c := range all {
		if c.State == "running" && c.PID > 0 && f.NetOf(c.PID) == f.NetOf(pid) {
			return "container " + c.Name
		}
	}
	return "a container"
}
