package sysinfo

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
)

// shut is the root of a container that only root may see into: whatever is asked of it is not for us. The machine's own files of those paths are others.
type shut struct{}

func (shut) lstat(name string) (Info, error)       { return Info{}, closed("lstat", name) }
func (shut) readlink(name string) (string, error)  { return "", closed("readlink", name) }
func (shut) readdir(name string) ([]string, error) { return nil, closed("open", name) }
func (shut) open(name string) (File, error)        { return nil, closed("open", name) }
func (shut) direct() bool                          { return false }

func closed(op, name string) error {
	return &fs.PathError{Op: op, Path: name, Err: fs.ErrPermission}
}

// rootedElsewhere says that a process has another "/" than ours, by what is mounted there: everybody may read that of every process he sees
// (proc_pid_mountinfo(5)), and whose numbers are in a namespace of their own need not have files of their own: a unit with PrivatePIDs=, a guest's own
// processes seen from within.
func (f *Facts) rootedElsewhere(pid int) bool {
	own, theirs := f.rootMount("self"), f.rootMount(fmt.Sprint(pid))
	return own != "" && theirs != "" && own != theirs
}

// rootMount is the filesystem that a process has at "/", and which folder of it; empty where nobody may look.
func (f *Facts) rootMount(pid string) (at string) {
	b, err := f.Host.Root.ReadFile("/proc/" + pid + "/mountinfo")
	if err != nil {
		return ""
	}
	for line := range strings.Lines(string(b)) {
		if l := strings.Fields(line); len(l) > 4 && l[4] == "/" {
			at = l[2] + " " + l[3] // the last one lies on top
		}
	}
	return at
}

// HiddenFront are the gateways in containers that only root may see into, where the page of the run may be one of theirs: no other gateway that runs here
// has the address, or with none given, none runs.
func (f *Facts) HiddenFront(ctx context.Context) []*Gateway {
	all, err := f.Gateways(ctx)
	if err != nil {
		return nil
	}
	seen := func(g *Gateway) bool { return g.Running() && !g.Hidden }
	if t := f.Target(ctx); t != nil && t.Gateway.Running() || f.URL == "" && slices.ContainsFunc(all, seen) {
		return nil
	}
	return slices.DeleteFunc(slices.Clone(all), func(g *Gateway) bool { return !g.Hidden })
}

// likely tells the gateway that answered: of several the one that the answer names as its server, else the first.
func (l *Lone) likely(all []*Gateway) *Gateway {
	i := slices.IndexFunc(all, func(g *Gateway) bool {
		return strings.Contains(strings.ToLower(l.Header.Get("Server")), g.Kind)
	})
	return all[max(i, 0)]
}

// Unlisted says that an engine here may have containers which only root can list: the machine's gateway may be one of them, and may be down.
func (f *Facts) Unlisted(ctx context.Context) bool {
	if f.Host.UID == 0 || f.Host.Files {
		return false
	}
	if _, err := f.Containers(ctx); errors.Is(err, ErrNeedsRoot) {
		return true
	}
	const store = "/var/lib/containers/storage" // Podman's, of root's own containers; its folders have a name for each storage driver
	inner, _ := f.Host.Root.Glob(store + "/*-containers")
	return slices.ContainsFunc(append(inner, store), func(dir string) bool {
		_, err := f.Host.Root.ReadDir(dir)
		return errors.Is(err, fs.ErrPermission)
	})
}
