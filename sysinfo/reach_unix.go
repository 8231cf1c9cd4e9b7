package sysinfo

import (
	"context"
	"errors"
	"io/fs"
	"path"
	"strings"
	"syscall"
)

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
	if err == nil && f.ownTmp(ctx, g, h.Unix) {
		r.Errno, r.Others = syscall.ENOENT, pathListeners(all, g.Root, h.Unix)
		return r
	}
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
	if r.Listener == nil && r.File.Mode&fs.ModeSocket != 0 && len(r.Others) == 0 {
		r.Listener = f.unixElsewhere(ctx, g, h.Unix, r.File)
	}
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

// ownTmp says that a path is in another /tmp for a gateway than for us: its service has one of its own (PrivateTmp=), and only root may look into it.
func (f *Facts) ownTmp(ctx context.Context, g *Gateway, name string) bool {
	if f.Host.UID == 0 || g.Foreign || !InTmp(name) {
		return false
	}
	u, ok := f.Unit(ctx, g.Unit)
	return ok && u.Props["PrivateTmp"] == "yes"
}

// InTmp says that a path is below one of the folders of which PrivateTmp= gives a service its own.
func InTmp(name string) bool {
	return strings.HasPrefix(name, "/tmp/") || strings.HasPrefix(name, "/var/tmp/")
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

// unixListener finds who listens on this very file: by the file's device and inode where the kernel tells them, by its path otherwise. Of a socket on an
// overlay or a btrfs the kernel tells the device below, and stat another (unix(7) says nothing of it; sk_diag_dump_vfs in net/unix/diag.c): there the
// same inode under the same path, or under the end of it that a program has bound from its own folder, is the same file.
func (f *Facts) unixListener(all []Socket, path string, file *Info) *Socket {
	for i, s := range all {
		if s.Network != "unix" {
			continue
		}
		named := s.Path == path || s.Path == file.Path
		ends := s.Relative() && strings.HasSuffix(file.Path, "/"+strings.TrimPrefix(s.Path, "./"))
		if s.FileIno != 0 && s.FileIno == file.Ino && (s.FileDev == file.Dev || s.FileDev == 0 || named || ends) {
			return &all[i]
		}
		if s.FileIno == 0 && named {
			return &all[i]
		}
	}
	return nil
}

// pathListeners are those whose socket was made under a path; /var/run is a link to /run, except where a restore or a script made it a
// folder.
func pathListeners(all []Socket, r Root, path string) []Socket {
	alias := InRun
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
