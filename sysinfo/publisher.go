package sysinfo

import (
	"context"
	"slices"
	"strconv"
	"strings"
)

// publishers are the programs by which engines hold the ports of the machine that lead into containers, as the kernel calls them (comm, of 15 bytes at most).
var publishers = []string{"conmon", "dockerd", "docker-proxy", "rootlessport", "rootlesskit", "rootlessport-ch", "slirp4netns", "pasta", "pasta.avx2"}

// Publisher is the container for which a process of an engine's holds a port of the machine: people know that one, and not its helper. False of any other process,
// and where only root may ask.
func (f *Facts) Publisher(ctx context.Context, p Proc, port int) (Container, bool) {
	if !slices.Contains(publishers, strings.TrimSpace(p.Name)) {
		return Container{}, false
	}
	all, _ := f.Containers(ctx) // unreadable: then the process is all that is known
	i := slices.IndexFunc(all, func(c Container) bool {
		return c.State == "running" && slices.ContainsFunc(c.Ports, func(at Published) bool { return at.Host == port })
	})
	if i < 0 {
		return Container{}, false
	}
	return all[i], true
}

// EngineMay says that a port of the machine may lead into a container, to one who may not see whose listener it is: an engine's process runs as the listener's user and,
// where it tells its ports, tells this one.
func (f *Facts) EngineMay(ctx context.Context, s Socket) bool {
	procs, _ := f.Procs(ctx) // unreadable: then none is known
	return slices.ContainsFunc(procs, func(p Proc) bool {
		if !slices.Contains(publishers, strings.TrimSpace(p.Name)) || s.Network != "tcp" || s.UID >= 0 && p.UID != s.UID {
			return false
		}
		at := slices.Index(p.Args, "-host-port")
		return at < 0 && p.Name != "dockerd" || at >= 0 && at+1 < len(p.Args) && p.Args[at+1] == strconv.Itoa(int(s.Addr.Port()))
	})
}
