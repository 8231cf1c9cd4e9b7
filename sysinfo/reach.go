package sysinfo

import (
	"context"
	"fmt"
	"net/netip"
	"syscall"
)

// Reach is what connect(2) would answer the gateway's worker at the other end of a hop, worked out from the
// kernel's and the files' own state. Nothing was connected.
type Reach struct {
	Err      error         // could not look; then nothing below counts
	Errno    syscall.Errno // 0: somebody listens and the worker may connect
	Addr     netip.AddrPort
	Listener *Socket  // who would answer
	Others   []Socket // tcp: same port, but not on this address; unix: same path, but another file
	File     *Info    // unix: the socket file
	Denied   *Info    // unix: the directory or file that turns the worker away
	Steps    []Info   // unix: every directory on the way, and the file
	Local    bool     // the address is on this machine
	Route    Route    // where it is not
	Inside   *Inside  // the gateway lives in a container, and the address is the machine's
	Through  *Inside  // the same, and the address is another's: the machine passes on what is sent there
	Owner    *Proc    // who listens, when we may look
}

// Broken says that we know that the gateway cannot get through.
func (r Reach) Broken() bool { return r.Err == nil && r.Errno != 0 }

// Open says that we know that it would be answered.
func (r Reach) Open() bool { return r.Err == nil && r.Errno == 0 && r.Listener != nil }

// Reach works it out once for all hops that lead to the same place.
func (f *Facts) Reach(ctx context.Context, h *Hop) Reach {
	r, _ := f.reaches.get(keyOf(h), func() (Reach, error) { // a Reach carries its own error
		if f.Host.Files {
			return f.reachFiles(ctx, h), nil
		}
		if h.Unix != "" {
			return f.reachUnix(ctx, h), nil
		}
		return f.reachTCP(ctx, h), nil
	})
	return r
}

// reachFiles is all that files tell: a socket that no pool is configured to make is not there.
func (f *Facts) reachFiles(ctx context.Context, h *Hop) Reach {
	pools, err := f.FPM(ctx)
	if h.Scheme == "fastcgi" && err == nil && len(pools) > 0 {
		if p, _ := f.PoolOf(ctx, h); p == nil {
			return Reach{Errno: syscall.ENOENT}
		}
	}
	return Reach{Err: ErrFilesOnly}
}

// Listeners are the listening sockets of a gateway's network.
func (f *Facts) Listeners(ctx context.Context, g *Gateway) ([]Socket, error) {
	pid := 0
	if g != nil {
		pid = g.Net
	}
	return f.sockets.get(fmt.Sprint(pid), func() ([]Socket, error) { return f.Host.Sockets(ctx, pid) })
}

func (f *Facts) reachTCP(ctx context.Context, h *Hop) Reach {
	g := h.Site.Gateway
	all, err := f.Listeners(ctx, g)
	if err != nil {
		return Reach{Err: err}
	}
	if len(h.Addrs) == 0 {
		return Reach{Err: fmt.Errorf("%s: its address is not known here", h.Host)}
	}
	var first Reach
	for i, a := range h.Addrs {
		r := f.reachAddr(ctx, g, all, netip.AddrPortFrom(a.Unmap(), uint16(h.Port)))
		if r.Errno == 0 {
			return f.owned(ctx, r)
		}
		if i == 0 {
			first = r
		}
	}
	return f.owned(ctx, first)
}

func (f *Facts) reachAddr(ctx context.Context, g *Gateway, all []Socket, to netip.AddrPort) Reach {
	r := Reach{Addr: to}
	if r.Local = to.Addr().IsLoopback(); !r.Local {
		route, err := f.Host.Route(ctx, to.Addr())
		if err != nil {
			r.Err = err
			return r
		}
		r.Route, r.Local = route, route.Kind == "local"
	}
	if r.Local && !to.Addr().IsLoopback() && g != nil && g.Net != 0 {
		if all, r.Err = f.Listeners(ctx, nil); r.Err != nil {
			return r
		}
		r.Inside = f.wayOut(ctx, g, to.Addr())
	}
	if !r.Local && g != nil && g.Net != 0 {
		r.Through = f.wayOut(ctx, g, to.Addr())
	}
	for i, s := range all {
		switch {
		case s.Serves(to):
			r.Listener = &all[i]
		case s.Network == "tcp" && s.Addr.Port() == to.Port():
			r.Others = append(r.Others, s)
		}
	}
	switch {
	case !r.Local:
		r.Listener = nil
		r.Errno = routeErrno(r.Route.Kind)
		if r.Errno == 0 {
			r.Err = fmt.Errorf("%s is another machine; only a request through the gateway can tell", to)
		}
	case r.Listener == nil:
		r.Errno = syscall.ECONNREFUSED
	}
	return r
}

// routeErrno is what connect(2) answers for a route's kind (ip-route(8)).
func routeErrno(kind string) syscall.Errno {
	return map[string]syscall.Errno{"unreachable": syscall.EHOSTUNREACH, "prohibit": syscall.EACCES,
		"blackhole": syscall.EINVAL, "none": syscall.ENETUNREACH}[kind]
}
