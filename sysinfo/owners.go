package sysinfo

import (
	"context"
	"fmt"
	"slices"
)

// owned adds the process behind the listener, which only root can tell for everybody's.
func (f *Facts) owned(ctx context.Context, r Reach) Reach {
	if r.Listener == nil {
		return r
	}
	if p, ok := f.OwnerOf(ctx, *r.Listener); ok {
		r.Owner = &p
	}
	return r
}

// OwnerOf finds the process that holds a listening socket: the oldest, which is the master of a pool.
func (f *Facts) OwnerOf(ctx context.Context, s Socket) (Proc, bool) {
	owners, err := f.socketOwners(ctx)
	if err != nil {
		return Proc{}, false
	}
	pid, ok := owners[s.Inode]
	if !ok {
		return Proc{}, false
	}
	procs, err := f.Procs(ctx)
	if err != nil {
		return Proc{}, false
	}
	i := slices.IndexFunc(procs, func(p Proc) bool { return p.PID == pid })
	if i < 0 {
		return Proc{}, false
	}
	return procs[i], true
}

// Workers are the processes that do the work behind a listener: the children of its owner that are of its kind or hold its socket too, as those of
// gunicorn, uWSGI, Puma and Node's cluster; the owner alone where it has none.
func (f *Facts) Workers(ctx context.Context, r Reach) []Proc {
	if r.Owner == nil {
		return nil
	}
	procs, err := f.Procs(ctx)
	if err != nil {
		return []Proc{*r.Owner}
	}
	var out []Proc
	for _, p := range procs {
		if p.PPID == r.Owner.PID && p.State != 'Z' && (p.Name == r.Owner.Name || r.Listener != nil && slices.Contains(f.socketsOf(p.PID), r.Listener.Inode)) {
			out = append(out, p)
		}
	}
	if len(out) == 0 {
		return []Proc{*r.Owner}
	}
	return out
}

// socketOwners maps each listening socket's inode to the oldest process that holds it, by /proc/PID/fd.
func (f *Facts) socketOwners(ctx context.Context) (map[uint64]int, error) {
	return f.owners.get(func() (map[uint64]int, error) {
		procs, err := f.Procs(ctx)
		if err != nil {
			return nil, err
		}
		out := map[uint64]int{}
		for _, p := range procs {
			if p.PPID == 2 || p.Cmd == "" {
				continue // kernel threads
			}
			for _, ino := range f.socketsOf(p.PID) {
				if _, older := out[ino]; !older {
					out[ino] = p.PID
				}
			}
		}
		return out, ctx.Err()
	})
}

// maxFDs bounds how many descriptors of one process are looked at.
const maxFDs = 4096

func (f *Facts) socketsOf(pid int) []uint64 {
	dir := fmt.Sprintf("/proc/%d/fd", pid)
	names, err := f.Host.Root.ReadDir(dir)
	if err != nil {
		return nil // another user's, or gone
	}
	var out []uint64
	for _, n := range names[:min(len(names), maxFDs)] {
		to, err := f.Host.Root.Readlink(dir + "/" + n)
		if err != nil {
			continue
		}
		var ino uint64
		if _, err := fmt.Sscanf(to, "socket:[%d]", &ino); err == nil {
			out = append(out, ino)
		}
	}
	return out
}
