package sysinfo

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Container is one container that an engine of this machine knows, running or not.
type Container struct {
	Engine   string // "docker" or "podman": the command that manages it
	Name     string
	Image    string
	Command  string
	Dir      string // where that is started, inside
	State    string // running, exited, created, paused, restarting, dead
	Status   string // in the engine's words: "Exited (1) 5 minutes ago"
	Health   string // healthy, unhealthy, starting; empty without a check
	Checked  string // what its check said last
	ExitCode int
	OOM      bool // the kernel ended it for want of memory
	Restarts int
	PID      int
	Since    time.Time // its last start
	Env      []string
	Ports    []Published
	Addrs    []netip.Prefix // in each of its networks, with the network's length
	Networks []string
	Aliases  []string // its other names there
	Mounts   []Mount
}

// Published is a port of a container that a port of the machine leads to; Host is 0 when it is only exposed.
type Published struct {
	IP         string
	Host, Port int
}

// maxContainers is how many are looked at closely.
const maxContainers = 40

// Containers asks the engines that are here: Docker through its socket, Podman through its command, which has no daemon.
// Where neither is, there are none.
func (f *Facts) Containers(ctx context.Context) ([]Container, error) {
	return f.containers.get(func() ([]Container, error) {
		if f.Host.Files {
			return nil, ErrFilesOnly
		}
		docker, err := f.dockerContainers(ctx)
		podman, err2 := f.podmanContainers(ctx)
		return append(docker, podman...), cmp.Or(err, err2)
	})
}

// podmanContainers asks `podman ps`, where its storage holds a container at all.
func (f *Facts) podmanContainers(ctx context.Context) ([]Container, error) {
	lists, _ := f.Host.Root.Glob("/var/lib/containers/storage/*-containers/containers.json") // one a storage driver
	if !slices.ContainsFunc(lists, func(name string) bool { b, err := f.Host.Root.ReadFile(name); return err == nil && len(b) > 4 }) {
		return nil, nil // no Podman, nothing in it, or only root may look: then it is root's alone
	}
	ctx, cancel := context.WithTimeout(ctx, toolWait)
	defer cancel()
	out, err := f.Host.Run(ctx, "podman", "ps", "-a", "--format", "json")
	if err != nil || out.Exit != 0 {
		return nil, err
	}
	var listed []struct{ Names []string }
	if err := json.Unmarshal(out.Stdout, &listed); err != nil {
		return nil, fmt.Errorf("podman ps: %w", err)
	}
	args := []string{"inspect", "--type", "container"}
	for _, c := range listed {
		if len(c.Names) > 0 && plainName(c.Names[0]) && len(args) < maxContainers {
			args = append(args, c.Names[0])
		}
	}
	if len(args) == 3 {
		return nil, nil
	}
	out, err = f.Host.Run(ctx, "podman", args...)
	if err != nil {
		return nil, err
	}
	return inspected("podman", out.Stdout)
}

// atoi is 0 for what is no number.
func atoi(s string) int {
	n := 0
	_, _ = fmt.Sscanf(s, "%d", &n)
	return n
}

// service is the container as a service that its engine keeps.
func (c Container) service() Unit {
	u := Unit{Name: c.Engine + ":" + c.Name, Manager: c.Engine + " %s", Load: "loaded", MainPID: c.PID, ExitCode: c.ExitCode, Restarts: c.Restarts, Since: c.Since, StatusText: c.Status,
		Exec: c.Command, Props: map[string]string{}}
	words := c.Env
	for _, p := range c.Ports {
		words = append(words[:len(words):len(words)], fmt.Sprintf("PUBLISHED=%d", cmp.Or(p.Host, p.Port)))
	}
	u.Props["Environment"] = strings.Join(words, " ")
	switch c.State {
	case "running":
		u.Active, u.Sub = "active", "running"
		if c.Health == "unhealthy" {
			u.StatusText = "running, and unhealthy by its own check"
			if c.Checked != "" {
				u.StatusText += ", which says: " + c.Checked
			}
			u.Props["Health"] = c.Health
		}
	case "restarting":
		u.Active, u.Sub = "activating", "auto-restart"
	case "exited", "dead", "stopped":
		u.Active, u.Sub, u.Result = "failed", "dead", "exit-code"
		if c.ExitCode == 0 || c.ExitCode == 143 || c.ExitCode == 137 && !c.OOM {
			u.Active, u.Result = "inactive", "success" // it was stopped
		}
	default:
		u.Active, u.Sub, u.Result = "inactive", c.State, "success"
	}
	return u
}
