package sysinfo

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// inspection is one container as `podman inspect` prints it and Docker's API answers it: the two agree.
type inspection struct {
	Name, Path, ImageName string
	Args                  []string
	Mounts                []Mount
	RestartCount          int
	State                 struct {
		Status    string
		ExitCode  int
		Pid       int
		OOMKilled bool
		Error     string
		StartedAt time.Time
		Health    *struct {
			Status string
			Log    []struct{ Output string }
		}
	}
	Config struct {
		Image        string
		WorkingDir   string
		Env          []string
		ExposedPorts map[string]any
	}
	HostConfig struct {
		PortBindings map[string][]struct{ HostIp, HostPort string }
	}
	NetworkSettings struct {
		IPAddress   string
		IPPrefixLen int
		Networks    map[string]struct {
			IPAddress   string
			IPPrefixLen int
			Aliases     []string
		}
	}
}

// inspected reads a list of them.
func inspected(engine string, b []byte) ([]Container, error) {
	var all []inspection
	if err := json.Unmarshal(b, &all); err != nil {
		return nil, fmt.Errorf("%s inspect: %w", engine, err)
	}
	var out []Container
	for _, x := range all {
		if c := x.container(engine); plainName(c.Name) {
			out = append(out, c)
		}
	}
	return out, nil
}

func (x inspection) container(engine string) Container {
	c := Container{Engine: engine, Name: strings.TrimPrefix(x.Name, "/"), Image: cmp.Or(x.Config.Image, x.ImageName), Command: strings.Join(append([]string{x.Path}, x.Args...), " "),
		Dir: x.Config.WorkingDir, State: x.State.Status, ExitCode: x.State.ExitCode, OOM: x.State.OOMKilled, Restarts: x.RestartCount, PID: x.State.Pid, Since: x.State.StartedAt, Env: x.Config.Env, Status: x.State.Status, Mounts: x.Mounts}
	if h := x.State.Health; h != nil {
		c.Health = h.Status
		if n := len(h.Log); n > 0 {
			c.Checked = strings.Join(strings.Fields(h.Log[n-1].Output), " ")
		}
	}
	if c.State == "exited" || c.State == "stopped" && c.ExitCode != 0 { // Podman's, between its end and the next start
		c.Status = fmt.Sprintf("exited with code %d", c.ExitCode)
	}
	if x.State.Error != "" {
		c.Status += ": " + x.State.Error
	}
	for _, name := range slices.Sorted(maps.Keys(x.NetworkSettings.Networks)) {
		c.Networks = append(c.Networks, name)
		n := x.NetworkSettings.Networks[name]
		c.addr(n.IPAddress, n.IPPrefixLen)
		c.Aliases = append(c.Aliases, n.Aliases...)
	}
	if len(c.Addrs) == 0 {
		c.addr(x.NetworkSettings.IPAddress, x.NetworkSettings.IPPrefixLen)
	}
	c.Ports = x.ports()
	return c
}

func (c *Container) addr(text string, bits int) {
	a, err := netip.ParseAddr(text)
	if err != nil {
		return // it does not run, or has the machine's network
	}
	if bits == 0 {
		bits = a.BitLen()
	}
	c.Addrs = append(c.Addrs, netip.PrefixFrom(a, bits))
}

// Has says that an address is the container's own.
func (c Container) Has(a netip.Addr) bool {
	return slices.ContainsFunc(c.Addrs, func(p netip.Prefix) bool { return p.Addr() == a })
}

// Beside is the container's own address in the network that another address lies in.
func (c Container) Beside(a netip.Addr) (netip.Addr, bool) {
	for _, p := range c.Addrs {
		if p.Contains(a) {
			return p.Addr(), true
		}
	}
	return netip.Addr{}, false
}

// ports are those that the image exposes, published or not, and those that are published all the same.
func (x inspection) ports() []Published {
	var out []Published
	bound := x.HostConfig.PortBindings
	for _, port := range slices.Sorted(maps.Keys(x.Config.ExposedPorts)) {
		at := struct{ HostIp, HostPort string }{}
		if b := bound[port]; len(b) > 0 {
			at = b[0]
		}
		out = append(out, Published{at.HostIp, atoi(at.HostPort), atoi(strings.TrimSuffix(port, "/tcp"))})
	}
	for _, port := range slices.Sorted(maps.Keys(bound)) {
		if _, exposed := x.Config.ExposedPorts[port]; !exposed && len(bound[port]) > 0 {
			out = append(out, Published{bound[port][0].HostIp, atoi(bound[port][0].HostPort), atoi(strings.TrimSuffix(port, "/tcp"))})
		}
	}
	return out
}
