package checks

import (
	"context"
	"fmt"
	"syscall"

	"fix502/sysinfo"
)

// dockerWrongPort: the container runs, and the gateway uses the port that is the container's own, not the machine's.
func dockerWrongPort() Check {
	return Check{
		ID: "docker-wrong-port-or-network", Title: "Gateway and app containers meet", Topic: Upstreams, Needs: "root",
		After: []ID{"docker-container-exited"},
		Means: `A container has two ports: its own, and the one that is published on the machine. A gateway on the machine needs the published one; a gateway
in a container reaches the app by its service name and its own port, and only when both are in one network. "host not found in upstream" at nginx's
start means that the name was not known there. docker inspect shows ports and networks.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if l.Unix != "" || l.reach.Err != nil || l.reach.Listener != nil || l.reach.Errno != syscall.ECONNREFUSED {
				return nil
			}
			all, err := f.Containers(ctx)
			if err != nil {
				return &Finding{Status: Unknown, Summary: "containers: " + why(err)}
			}
			for _, c := range all {
				for _, p := range c.Ports {
					if c.State != "running" || p.Port != l.Port || p.Host == 0 || p.Host == l.Port {
						continue
					}
					addr := fmt.Sprintf("127.0.0.1:%d", p.Host)
					found := &Finding{Status: l.broken(), Confidence: 0.95, Where: l.Where, Covers: []ID{"upstream-port-nothing-listening"},
						Summary:  fmt.Sprintf("%s asks port %d, which container %s has inside; on this machine it is published as %d", l.From, l.Port, c.Name, p.Host),
						Evidence: []Evidence{passLine(l), {Source: c.Engine + " port " + c.Name, Text: fmt.Sprintf("%d/tcp -> %s:%d", p.Port, p.IP, p.Host)}}, Fix: pointTo(ctx, f, l, addr)}
					return withLine(found, l, connectKinds...)
				}
			}
			return nil
		}),
	}
}
