package sysinfo

import (
	"context"
	"fmt"
	"path"
	"strings"
)

// Mount is a file or a folder of the machine that a container has at a place of its own; that of a named volume lies in the engine's store.
type Mount struct{ Source, Destination string }

// Outside is a container's file as the machine has it.
type Outside struct {
	Path    string // on this machine
	Mounted bool   // it is the machine's own, and outlives the container
	Alone   bool   // it is mounted by itself: the container holds that very file, and sees none that takes its name
}

// outer is how a container's root lies in the machine's.
type outer struct {
	at     string // where the machine has it
	mounts []Mount
}

// Outside tells where the machine has a file of this root; false of the machine's own.
func (r Root) Outside(name string) (Outside, bool) {
	if r.outer == nil {
		return Outside{}, false
	}
	if out, ok := mounted(r.outer.mounts, name); ok {
		return out, true
	}
	return Outside{Path: r.outer.at + name}, true
}

// LogName is a log as the machine has it: by that it is told from another machine's, or container's, of the same path.
func (r Root) LogName(name string) string {
	if out, ok := r.Outside(name); ok && strings.HasPrefix(name, "/") {
		return out.Path
	}
	return name
}

// openLog opens a log, and tells of it from then on as the machine has it.
func openLog(r Root, lf *LogFile) (File, error) {
	file, err := r.Open(lf.Path)
	lf.Path = r.LogName(lf.Path)
	return file, err
}

// Outside tells where the machine has a file of a container's, whether that runs or not; false of what is inside its image.
func (c Container) Outside(name string) (Outside, bool) { return mounted(c.Mounts, name) }

func mounted(mounts []Mount, name string) (out Outside, ok bool) {
	longest := 0
	for _, m := range mounts {
		rest, under := strings.CutPrefix(name, path.Clean(m.Destination))
		if under && (rest == "" || rest[0] == '/') && m.Source != "" && len(m.Destination) > longest {
			longest, ok = len(m.Destination), true
			out = Outside{Path: m.Source + rest, Mounted: true, Alone: rest == ""}
		}
	}
	return out, ok
}

// contained notes the container that a gateway lives in, and where the machine has its files.
func (f *Facts) contained(ctx context.Context, g *Gateway) {
	if !g.Foreign {
		return
	}
	if c, ok := f.ContainerOf(ctx, g.PID); ok {
		g.Container, g.Root.outer = &c, &outer{at: fmt.Sprintf("/proc/%d/root", g.PID), mounts: c.Mounts}
	}
}

// ContainerAs is the container that is that service.
func (f *Facts) ContainerAs(ctx context.Context, u Unit) (Container, bool) {
	all, _ := f.Containers(ctx) // unreadable: then no service is one
	for _, c := range all {
		if c.Service() == u.Name {
			return c, true
		}
	}
	return Container{}, false
}

// ContainerNamed is the container that runs under a name that an app's store has for it.
func (f *Facts) ContainerNamed(ctx context.Context, name string) (Container, bool) {
	all, _ := f.Containers(ctx) // unreadable: then no store has one
	for _, c := range all {
		if name != "" && c.Name == name && c.State == "running" {
			return c, true
		}
	}
	return Container{}, false
}

// ContainerOf is the container that a process was started in, by its first process.
func (f *Facts) ContainerOf(ctx context.Context, pid int) (Container, bool) {
	all, _ := f.Containers(ctx) // unreadable: then it has no name
	for _, c := range all {
		if c.State == "running" && c.PID > 0 && f.keeps(ctx, Unit{MainPID: c.PID}, pid) {
			return c, true
		}
	}
	return Container{}, false
}

// said is where a container's program wrote what it wrote to a log that is a link to its own output, as images of gateways have theirs.
func (g *Gateway) said(name string) string {
	if g.Container == nil {
		return name
	}
	if to, err := g.Root.Readlink(name); err == nil && (to == "/dev/stderr" || to == "/dev/stdout" || strings.HasPrefix(to, "/proc/self/fd/")) {
		name = to
	}
	switch name {
	case "/dev/stderr", "/dev/stdout", "/proc/self/fd/1", "/proc/self/fd/2":
		return "journal:" + g.Container.Service()
	}
	return name
}

// under is a part of another tree.
type under struct {
	tree
	at string
}

func (u under) lstat(name string) (Info, error) {
	info, err := u.tree.lstat(path.Join(u.at, name))
	info.Path = name
	return info, err
}
func (u under) readlink(name string) (string, error)  { return u.tree.readlink(path.Join(u.at, name)) }
func (u under) readdir(name string) ([]string, error) { return u.tree.readdir(path.Join(u.at, name)) }
func (u under) open(name string) (File, error)        { return u.tree.open(path.Join(u.at, name)) }
func (u under) direct() bool                          { return false }

// isFolder says that a name is a folder itself, and no link to one.
func isFolder(r Root, name string) bool {
	i, err := r.Lstat(name)
	return err == nil && i.Mode.IsDir()
}
