package sysinfo

import (
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/netip"
	"slices"
	"strings"
)

// inspection is one container as `podman inspect` prints it and Docker's API answers it: the two agree.
type inspection struct {
	Name, Path, ImageName string
	Args                  []string
	RestartCount          int
	State                 struct {
		Status    string
		ExitCode  int
		Pid       int
		OOMKilled bool
		Error     string
		Health    *struct{ Status string }
	}
	Config struct {
		Image        string
		Env          []string
		ExposedPorts map[string]any
	}
	HostConfig struct {
		PortBindings map[string][]struct{ HostIp, HostPort string }
	}
	NetworkSettings struct {
		IPAddress string
		Networks  map[string]struct{ IPAddress string }
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
		State: x.State.Status, ExitCode: x.State.ExitCode, OOM: x.State.OOMKilled, Restarts: x.RestartCount, PID: x.State.Pid, Env: x.Config.Env, Status: x.State.Status}
	if x.State.Health != nil {
		c.Health = x.State.Health.Status
	}
	if c.State == "exited" {
		c.Status = fmt.Sprintf("exited with code %d", c.ExitCode)
	}
	if x.State.Error != "" {
		c.Status += ": " + x.State.Error
	}
	for _, name := range slices.Sorted(maps.Keys(x.NetworkSettings.Networks)) {
		c.Networks = append(c.Networks, name)
		if a, err := netip.ParseAddr(x.NetworkSettings.Networks[name].IPAddress); err == nil {
			c.Addrs = append(c.Addrs, a)
		}
	}
	if a, err := netip.ParseAddr(x.NetworkSettings.IPAddress); err == nil && len(c.Addrs) == 0 {
		c.Addrs = append(c.Addrs, a)
	}
	c.Ports = x.ports()
	return c
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
