package sysinfo

import (
	"context"
	"net/netip"
	"slices"
	"strings"
)

// meantBy looks for the container that a store's host means to one that asks, a container or, with the zero one, the machine. Where it cannot serve it, it is the
// store's Of: it does not run, nobody in it listens there, or it has another address by now. there: it is one that serves it, as far as can be seen from outside.
func (f *Facts) meantBy(ctx context.Context, from Container, all []Container, s *Store) (there bool) {
	a, err := netip.ParseAddr(s.Host)
	if err != nil && from.PID != 0 { // by its own hosts file: --add-host, extra_hosts of compose
		if in := readHosts(f.RootOf(from.PID))[strings.ToLower(s.Host)]; len(in) > 0 {
			a, err = in[0], nil
		}
	}
	if err == nil && a.IsLoopback() {
		return false
	}
	var gone, moved []Container // that do not run, and may be it; that run beside the address
	for _, o := range all {
		named, its := err != nil && from.Name != "" && o.Called(s.Host), err == nil && o.Has(a)
		of := err == nil && o.Serves(s.Kind) // so that its address alone may tell
		now, beside := o.Beside(a)
		switch running := o.State == "running"; {
		case running && (named || its && (of || f.serves(ctx, o, s))):
			if !f.serves(ctx, o, s) {
				s.Of = &o
			}
			return true
		case from.Name != "" && o.Engine != from.Engine:
		case !running && (named || of && besides(from, a)):
			gone = append(gone, o)
		case running && of && beside && now != a && f.serves(ctx, o, s):
			moved = append(moved, o)
		}
	}
	switch {
	case len(gone) == 1:
		s.Of = &gone[0]
	case len(gone) == 0 && len(moved) == 1:
		if r, err := f.Host.Route(ctx, a); err != nil || !r.OfEngine() {
			return false
		}
		s.Of = &moved[0]
		s.Now, _ = moved[0].Beside(a)
	}
	return false
}

// published finds the container at whose published port of the machine nobody listens inside.
func (f *Facts) published(ctx context.Context, all []Container, s *Store) {
	if a, err := netip.ParseAddr(s.Host); s.Unix != "" || s.Host != "localhost" && (err != nil || !a.IsLoopback()) {
		return
	}
	for _, o := range all {
		i := slices.IndexFunc(o.Ports, func(p Published) bool { return p.Host == s.Port })
		inside := *s
		if i < 0 || o.State != "running" || !o.Serves(s.Kind) {
			continue
		}
		if inside.Port = o.Ports[i].Port; !f.serves(ctx, o, &inside) {
			s.Of = &o
		}
		return
	}
}

// serves says that somebody in a container that runs listens at a store's port, where others come to; true as well where nobody may look.
func (f *Facts) serves(ctx context.Context, c Container, s *Store) bool {
	nets, err := f.networks(ctx)
	all, seen := nets[f.NetOf(c.PID)]
	return err != nil || !seen || f.NetOf(c.PID) == f.NetOf(1) || slices.ContainsFunc(all, func(e elsewhere) bool {
		return int(e.socket.Addr.Port()) == s.Port && !e.socket.Addr.Addr().IsLoopback()
	})
}

// insideContainer notes of a store that this machine's files name which container it is in, where that one does not serve it.
func (f *Facts) insideContainer(ctx context.Context, s *Store) {
	all, err := f.Containers(ctx)
	if err != nil || len(all) == 0 || s.Of != nil || s.In != "" || s.Unix != "" {
		return
	}
	if f.meantBy(ctx, Container{}, all, s); s.Of == nil {
		f.published(ctx, all, s)
	}
}

// ServedBy is the one container that runs and answers an app for a store: by its own address, by a port of the machine's that it publishes, or
// by the name that the app's container has for it.
func (f *Facts) ServedBy(ctx context.Context, s *Store) (Container, bool) {
	all, _ := f.Containers(ctx) // unreadable: none is known
	var out []Container
	from, _ := f.ContainerNamed(ctx, s.In)
	for _, c := range all {
		a, err := netip.ParseAddr(s.Host)
		if s.Host == "localhost" {
			a, err = netip.AddrFrom4([4]byte{127, 0, 0, 1}), nil
		}
		published := slices.ContainsFunc(c.Ports, func(p Published) bool { return p.Host > 0 && p.Host == s.Port }) && !s.meansOther(a)
		named := err != nil && from.Name != "" && c.Engine == from.Engine && c.Called(s.Host)
		if s.Unix == "" && c.State == "running" && c.PID > 0 && c.Serves(s.Kind) && (named || err == nil && (c.Has(a) || published)) {
			out = append(out, c)
		}
	}
	if len(out) != 1 {
		return Container{}, false
	}
	return out[0], true
}

// meansOther says that a store's address is not this machine's, as far as the port of a container may be published there: a container's own
// loopback is itself.
func (s *Store) meansOther(a netip.Addr) bool { return s.In != "" && a.IsLoopback() && s.net != 0 }
