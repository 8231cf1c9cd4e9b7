package sysinfo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/netip"
	"path"
	"strings"
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

func (f *Facts) reachUnix(ctx context.Context, h *Hop) Reach {
	g := h.Site.Gateway
	var r Reach
	all, err := f.Listeners(ctx, g)
	if err != nil {
		return Reach{Err: err}
	}
	r.Local = true
	if strings.HasPrefix(h.Unix, "@") {
		return f.owned(ctx, abstract(r, all, h.Unix))
	}
	steps, err := g.Root.Walk(path.Join(g.Chroot, h.Unix))
	r.Steps = steps
	if f.denied(&r, g, steps, err == nil) {
		r.Errno = syscall.EACCES
	}
	if strings.HasSuffix(h.Unix, "/") && r.Errno == 0 || errors.Is(err, syscall.ENOTDIR) {
		r.Errno = syscall.ENOENT // the kernel says ENOTDIR: a name below a socket is no file's
		return r
	}
	switch {
	case err == nil && r.Denied != nil && r.Denied.Mode.IsDir():
		r.File = &steps[len(steps)-1]
		r.Listener = f.unixListener(all, h.Unix, r.File)
		return f.owned(ctx, r)
	case errors.Is(err, fs.ErrNotExist):
		if r.Errno == 0 {
			r.Errno = syscall.ENOENT
		}
		r.Others = pathListeners(all, h.Site.Gateway.Root, h.Unix)
		return r
	case err != nil && r.Denied != nil:
		return r
	case err != nil:
		return Reach{Err: err, Steps: steps}
	}
	r.File = &steps[len(steps)-1]
	r.Listener = f.unixListener(all, h.Unix, r.File)
	r.Others = pathListeners(all, h.Site.Gateway.Root, h.Unix)
	switch {
	case r.Errno != 0:
	case r.File.Mode&fs.ModeSocket == 0:
		r.Errno = syscall.ECONNREFUSED // a plain file: connect(2) refuses it
	case r.Listener == nil:
		r.Errno = syscall.ECONNREFUSED
	case !r.Listener.Stream:
		r.Errno = syscall.EPROTOTYPE
	case r.Listener.Full():
		r.Errno = syscall.EAGAIN
	}
	return f.owned(ctx, r)
}

// abstract looks for a name that is no file's (unix(7)): nobody but the kernel keeps it, and no rights are asked. HAProxy fills it up with NULs.
func abstract(r Reach, all []Socket, name string) Reach {
	for i, s := range all {
		if s.Network == "unix" && strings.TrimRight(s.Path, "\x00") == name {
			r.Listener = &all[i]
			return r
		}
	}
	r.Errno = syscall.ECONNREFUSED
	return r
}

// denied finds the first step that turns the worker away: search on directories, write on the socket.
func (f *Facts) denied(r *Reach, g *Gateway, steps []Info, whole bool) bool {
	if g.Creds.UID < 0 {
		return false
	}
	for i := range steps {
		last := whole && i == len(steps)-1
		bits := uint16(1)
		if last {
			bits = 2
		}
		if (last || steps[i].Mode.IsDir()) && !g.Creds.May(steps[i], bits) {
			r.Denied = &steps[i]
			return true
		}
	}
	return false
}

// unixListener finds who listens on this very file: by the file's device and inode where the kernel tells them,
// by its path otherwise.
func (f *Facts) unixListener(all []Socket, path string, file *Info) *Socket {
	for i, s := range all {
		if s.Network != "unix" {
			continue
		}
		if s.FileIno != 0 && s.FileIno == file.Ino && (s.FileDev == file.Dev || s.FileDev == 0) {
			return &all[i]
		}
		if s.FileIno == 0 && (s.Path == path || s.Path == file.Path) {
			return &all[i]
		}
	}
	return nil
}

// pathListeners are those whose socket was made under a path; /var/run is a link to /run, except where a restore or a script made it a
// folder.
func pathListeners(all []Socket, r Root, path string) []Socket {
	alias := func(name string) string { return strings.Replace(name, "/var/run/", "/run/", 1) }
	if i, err := r.Lstat("/var/run"); err == nil && i.Mode.IsDir() {
		alias = func(name string) string { return name }
	}
	var out []Socket
	for _, s := range all {
		if s.Network == "unix" && s.Stream && alias(s.Path) == alias(path) {
			out = append(out, s)
		}
	}
	return out
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
