package sysinfo

import (
	"context"
	"fmt"
	"net"
	"time"

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
		return probe.Protocol(ctx, f.dialHop(h, r), h.Scheme)
	})
}

// dialHop connects as a hop's gateway does. A socket's file in a container is not the one of that name outside, which may be another pool's.
func (f *Facts) dialHop(h *Hop, r Reach) probe.Dial {
	return func(ctx context.Context) (net.Conn, error) {
		g := h.Site.Gateway
		switch {
		case h.Unix == "":
			return f.Host.Dial(ctx, g.Net, "tcp", r.Addr.String())
		case g.Foreign:
			return nil, fmt.Errorf("%s lies in a container: %w", h.Unix, ErrNotHere)
		}
		return f.Host.Dial(ctx, g.Net, "unix", h.Unix)
	}
}

// RawHead asks the app behind a hop, one of this machine that nobody waits for, for a page in plain HTTP, and gives its answer's head line by line, as the
// gateway gets it. Empty where it cannot be asked.
func (f *Facts) RawHead(ctx context.Context, h *Hop, q Question) []string {
	r := f.Reach(ctx, h)
	if h.Scheme != "http" || !r.Open() || !r.Local || r.Listener.Queue > 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
	defer cancel()
	lines, err := probe.Head(ctx, f.dialHop(h, r), q.Host, q.URI, ourselves)
	if err != nil {
		return nil
	}
	return lines
}
