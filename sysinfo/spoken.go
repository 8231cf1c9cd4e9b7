package sysinfo

import (
	"context"
	"fmt"
	"net"

	"fix502/sysinfo/probe"
)

// Spoken asks the listener behind a hop which protocol it understands, other than the hop's own, which a page has just
// failed with. Only a listener of this machine is asked, and only one that nobody is waiting for: in a full queue a
// question costs a visitor's turn.
func (f *Facts) Spoken(ctx context.Context, h *Hop) (probe.Heard, error) {
	return f.spoken.get(keyOf(h), func() (probe.Heard, error) {
		r := f.Reach(ctx, h)
		switch {
		case !r.Open() || !r.Local:
			return probe.Heard{}, nil
		case r.Listener.Queue > 0:
			return probe.Heard{}, fmt.Errorf("%d requests wait for %s already: it is not asked anything more", r.Listener.Queue, h.Address())
		}
		network, addr := "tcp", r.Addr.String()
		if h.Unix != "" {
			network, addr = "unix", h.Unix
		}
		return probe.Protocol(ctx, func(ctx context.Context) (net.Conn, error) {
			return f.Host.Dial(ctx, h.Site.Gateway.Net, network, addr)
		}, h.Scheme)
	})
}
