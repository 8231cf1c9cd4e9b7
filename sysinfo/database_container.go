package sysinfo

import (
	"cmp"
	"context"
	"encoding/binary"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// machineNames are what the engines call the machine inside their containers.
var machineNames = []string{"host.docker.internal", "host.containers.internal", "gateway.docker.internal"}

// OfContainers says that a name is one of those: outside of a container it means nothing.
func OfContainers(name string) bool { return slices.Contains(machineNames, strings.ToLower(name)) }

// containerStores are the databases and caches that a container's environment names, or its app's files where code is true, as they are seen from the container's
// network: on this machine, or in another container that does not serve them. What it calls its own loopback is the container itself, and what a name means there
// that is none of these nobody knows here.
func (f *Facts) containerStores(ctx context.Context, u Unit, s *Site, code bool) []*Store {
	here, _ := f.containerAsks(ctx, u, s, code)
	return here
}

// AsksElsewhere says that a container's environment, or a file of its app, names a database or a cache of a kind that is not on this machine, or nobody knows where.
func (f *Facts) AsksElsewhere(ctx context.Context, u Unit, s *Site, kind string) bool {
	_, away := f.containerAsks(ctx, u, s, true)
	return slices.ContainsFunc(away, func(s *Store) bool { return s.Kind == kind })
}

func (f *Facts) containerAsks(ctx context.Context, u Unit, site *Site, code bool) (here, away []*Store) {
	c, ok := f.ContainerAs(ctx, u)
	if !ok || c.PID == 0 || f.NetOf(c.PID) == "" {
		return nil, nil
	}
	all, _ := f.Containers(ctx) // it is one of them
	set := map[string]placed{}
	for _, word := range c.Env {
		if key, value, ok := strings.Cut(word, "="); ok {
			set[key] = placed{value, Place{File: c.Engine + " inspect " + c.Name}}
		}
	}
	asked := envStores(set, "container "+c.Name, false)
	if len(asked) == 0 && code {
		asked = f.containerFiles(ctx, c, site, set)
	}
	for _, s := range asked {
		s.Unit, s.In = u.Name, c.Name
		if s.settle(f.Host.Root); s.Unix == "" && f.seenFrom(ctx, c, all, s) {
			here = append(here, s)
		} else {
			away = append(away, s)
		}
	}
	return here, away
}

// seenFrom finds what a host in a container's settings is.
func (f *Facts) seenFrom(ctx context.Context, c Container, all []Container, s *Store) bool {
	a, err := netip.ParseAddr(s.Host)
	own := f.NetOf(c.PID) == f.NetOf(1)
	switch {
	case own && (s.Host == "" || s.Host == "localhost" || a.IsLoopback()):
		return true // it has the machine's network
	case own:
		s.net = 0
	default:
		s.net = c.PID
	}
	if OfContainers(s.Host) {
		if a = f.MachineFrom(c.PID); !a.IsValid() {
			return false
		}
		s.Host = a.String()
		return true
	}
	if there := f.meantBy(ctx, c, all, s); there || s.Of != nil {
		return s.Of != nil // else its own words tell more
	}
	if err != nil || a.IsLoopback() {
		return false
	}
	r, err := f.Host.Route(ctx, a)
	return err == nil && r.Kind == "local"
}

func besides(c Container, a netip.Addr) bool { _, ok := c.Beside(a); return ok }

// Serves says that a container is by its image or its command a database or a cache of a kind.
func (c Container) Serves(kind string) bool {
	words := map[string][]string{"mysql": {"mysql", "mariadb", "percona"}, "postgres": {"postgres", "postgis", "timescale"}, "redis": {"redis", "valkey"}, "memcached": {"memcached"}}[kind]
	return slices.ContainsFunc(words, func(w string) bool { return strings.Contains(c.Image+" "+c.Command, w) })
}

// Service is the name under which the container is known among the services.
func (c Container) Service() string { return c.service().Name }

// MachineFrom is the machine's address as the network of a process has it: where its default route leads.
func (f *Facts) MachineFrom(pid int) netip.Addr {
	b, err := f.Host.Root.ReadFile(fmt.Sprintf("/proc/%d/net/route", pid))
	if err != nil {
		return netip.Addr{}
	}
	for line := range strings.Lines(string(b)) {
		words := strings.Fields(line)
		if len(words) < 3 || words[1] != "00000000" {
			continue
		}
		if n, err := strconv.ParseUint(words[2], 16, 32); err == nil && n != 0 {
			return netip.AddrFrom4([4]byte(binary.LittleEndian.AppendUint32(nil, uint32(n))))
		}
	}
	return netip.Addr{}
}

// down is what the engine says of a container that does not run.
func (c Container) down() string {
	return fmt.Sprintf("container %s is %s", c.Name, cmp.Or(c.Status, c.State))
}

// MachineName is what a gateway in a container may call the machine: a name that the engine put into its hosts file, which stays right when its network is made
// anew, else the address.
func (f *Facts) MachineName(g *Gateway, host netip.Addr) string {
	hosts := readHosts(g.Root)
	for _, name := range machineNames {
		if g.Foreign && slices.Equal(hosts[name], []netip.Addr{host}) {
			return name
		}
	}
	return host.String()
}
