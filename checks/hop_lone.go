package checks

import (
	"context"
	"syscall"

	"fix502/sysinfo"
)

// loneHop is the only hop of a site of one hop, an app that has visitors' port itself and is down: they are refused, as a question of ours would be.
func loneHop(ctx context.Context, f *sysinfo.Facts, h *sysinfo.Hop) live {
	q := sysinfo.Question{Network: "tcp", Address: h.Address(), Host: h.Site.Name, URI: h.Location}
	return live{Hop: h, reach: f.Reach(ctx, h), hit: true, onPath: true, visits: true, answer: &sysinfo.Answer{Question: q, Err: syscall.ECONNREFUSED}}
}

// lone says that no gateway stands before a hop's app.
func (l *live) lone() bool { return l.Site.Gateway.Kind == sysinfo.Visitors }
