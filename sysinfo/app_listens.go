package sysinfo

import (
	"context"
	"fmt"
	"net/netip"
	"path"
	"slices"
	"strings"
)

// app adds where the unit's processes listen.
func (f *Facts) app(ctx context.Context, u Unit) App {
	a, _ := Memo(f, "app of "+u.Name, func() (App, error) { return f.listensWhere(ctx, u), nil })
	return a
}

func (f *Facts) listensWhere(ctx context.Context, u Unit) App {
	a := App{Unit: u, Addr: f.heldFor(ctx, u.Name)}
	if a.Addr != "" {
		return a // systemd listens, and starts it for the first who comes
	}
	owners, err := f.socketOwners(ctx)
	if err != nil || !u.Running() {
		return a
	}
	listeners, err := f.Listeners(ctx, nil)
	if err != nil {
		return a
	}
	uid := f.uidOf(ctx, u.MainPID)
	a.Dark = f.Host.UID != 0 && uid != f.Host.UID
	var at []string
	for _, s := range listeners {
		pid, ok := owners[s.Inode]
		mine := ok && (f.UnitOf(pid) == u.Name || u.Manager != "" && f.keeps(ctx, u, pid)) || a.Dark && uid > 0 && (s.Network == "tcp" && s.UID == uid || f.madeFor(u, s, uid))
		if mine && (s.Network == "tcp" || s.Stream) && !f.forDebugger(ctx, pid, s) {
			if s.Network == "unix" {
				if s.Path = f.wholePath(s, pid); s.Path == "" {
					continue
				}
			}
			at = append(at, dialable(s))
		}
	}
	a.Addr = f.addressOf(ctx, at)
	return a
}

// addressOf chooses among the addresses of one service: a port before a socket, and one that no gateway asks for already (an emperor of uWSGI has a
// socket for each vassal). Empty where there is none.
func (f *Facts) addressOf(ctx context.Context, all []string) string {
	if len(all) == 0 {
		return ""
	}
	return slices.MinFunc(all, func(a, b string) int {
		rank := func(s string) int {
			n := 0
			if strings.HasPrefix(s, "unix:") { // it may be there for other things
				n += 2
			}
			if f.Wanted(ctx, s) {
				n++
			}
			return n
		}
		return rank(a) - rank(b)
	})
}

// madeFor says of a socket whose owner only root may look up that it is a file of the service's user, named in the service's command or in the
// settings that the command names.
func (f *Facts) madeFor(u Unit, s Socket, uid int) bool {
	if s.Network != "unix" || !path.IsAbs(s.Path) {
		return false
	}
	if i, err := f.Host.Root.Stat(s.Path); err != nil || i.UID != uid {
		return false
	}
	if slices.ContainsFunc(strings.Fields(u.Exec), func(word string) bool { return strings.HasSuffix(word, s.Path) }) {
		return true
	}
	return slices.ContainsFunc(f.SettingsOf(u), func(file string) bool { return namesPath(f.smallFile(file), s.Path) })
}

// namesPath says that a text has a path by itself, not as the beginning of a longer one.
func namesPath(text, name string) bool {
	for {
		_, rest, ok := strings.Cut(text, name)
		if !ok {
			return false
		}
		if rest == "" || strings.ContainsAny(rest[:1], "\"' \t\r\n,;)") {
			return true
		}
		text = rest
	}
}

// uidOf is the user a process runs as, -1 when it is gone.
func (f *Facts) uidOf(ctx context.Context, pid int) int {
	procs, err := f.Procs(ctx)
	if err != nil {
		return -1
	}
	for _, p := range procs {
		if p.PID == pid {
			return p.UID
		}
	}
	return -1
}

// wholePath is where a socket's file is. The kernel keeps the name as it was bound, which may be relative to the folder that its process works in
// (unix(7)): gunicorn -b unix:app.sock. Empty where nothing of the name is there: the program went elsewhere since.
func (f *Facts) wholePath(s Socket, pid int) string {
	if !s.Relative() {
		return s.Path
	}
	dir, err := f.Host.Root.Readlink(fmt.Sprintf("/proc/%d/cwd", pid))
	if err != nil {
		return ""
	}
	name := path.Join(dir, s.Path)
	if file, err := f.Host.Root.Stat(name); err != nil || s.FileIno != 0 && s.FileIno != file.Ino {
		return ""
	}
	return name
}

// dialable is the address by which a listener is reached from this machine.
func dialable(s Socket) string {
	switch {
	case s.Network == "unix":
		return "unix:" + s.Path
	case s.Addr.Addr().IsUnspecified():
		return fmt.Sprintf("127.0.0.1:%d", s.Addr.Port())
	}
	return netip.AddrPortFrom(s.Addr.Addr().Unmap(), s.Addr.Port()).String() // Java binds to ::ffff:127.0.0.1
}
