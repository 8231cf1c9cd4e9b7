package sysinfo

import (
	"context"
	"net/netip"
	"path"
	"slices"
	"strconv"
	"strings"
)

// HeldSocket is a .socket unit: where systemd listens, and for which service (systemd.socket(5)).
type HeldSocket struct {
	Unit, Service string
	Streams       []string
	Lines         []UnitLine // what its files say, the drop-ins too
}

// SocketService is the service that systemd starts for connections to a hop's address, and the .socket unit that says
// so; empty when there is none.
func (f *Facts) SocketService(h *Hop) (service, socket string) {
	s, _ := f.SocketUnit(h)
	return s.Service, s.Unit
}

// SocketUnit is the .socket unit that names a hop's address.
func (f *Facts) SocketUnit(h *Hop) (HeldSocket, bool) {
	address := h.Address()
	for _, s := range f.heldSockets() {
		for _, stream := range s.Streams {
			if h.is(address, stream) {
				return s, true
			}
			if one, ok := f.socketInstance(s, h, stream); ok {
				return one, true
			}
		}
	}
	return HeldSocket{}, false
}

// SocketState is a .socket unit as systemd has it: it is none of Units. False where systemd cannot be asked.
func (f *Facts) SocketState(ctx context.Context, s HeldSocket) (Unit, bool) {
	if _, err := f.Units(ctx); err != nil || s.Unit == "" {
		return Unit{}, false
	}
	all, _ := Memo(f, "socket "+s.Unit, func() (map[string]Unit, error) { return f.showUnits(ctx, []string{s.Unit}) }) // none is an answer
	u, ok := all[s.Unit]
	return u, ok
}

// is says whether a ListenStream is a hop's address.
func (h *Hop) is(address, stream string) bool {
	if h.Unix != "" {
		return strings.TrimPrefix(stream, "/var") == strings.TrimPrefix(h.Unix, "/var")
	}
	return stream == address || stream == address[strings.LastIndexByte(address, ':')+1:]
}

// HeldBy is the .socket unit for which systemd listens at a port.
func (f *Facts) HeldBy(port int) (HeldSocket, UnitLine, bool) {
	for _, s := range f.heldSockets() {
		for _, l := range s.Lines {
			if l.Key == "ListenStream" && slices.Contains(s.Streams, l.Value) && l.Value[strings.LastIndexByte(l.Value, ':')+1:] == strconv.Itoa(port) {
				return s, l, true
			}
		}
	}
	return HeldSocket{}, UnitLine{}, false
}

// heldFor is where systemd itself listens for a service, as hops write it; empty when it does not.
func (f *Facts) heldFor(ctx context.Context, service string) string {
	listeners, err := f.Listeners(ctx, nil)
	if err != nil {
		return ""
	}
	for _, held := range f.heldSockets() {
		if held.Service != service {
			continue
		}
		for _, s := range listeners {
			if slices.ContainsFunc(held.Streams, s.streams) {
				return dialable(s)
			}
		}
	}
	return ""
}

// streams says whether a listener is what a ListenStream asks for.
func (s Socket) streams(stream string) bool {
	if s.Network == "unix" {
		return s.Stream && strings.TrimPrefix(stream, "/var") == strings.TrimPrefix(s.Path, "/var")
	}
	if a, err := netip.ParseAddrPort(stream); err == nil {
		return a == s.Addr
	}
	return s.Addr.Addr().IsUnspecified() && strings.HasSuffix(s.Addr.String(), ":"+stream)
}

func (f *Facts) heldSockets() []HeldSocket {
	held, _ := f.held.get(func() ([]HeldSocket, error) { return f.readSockets(), nil }) // none is an answer
	return held
}

func (f *Facts) readSockets() []HeldSocket {
	var out []HeldSocket
	seen := map[string]bool{}
	for _, dir := range []string{"/etc/systemd/system", "/lib/systemd/system", "/usr/lib/systemd/system"} {
		names, err := f.Host.Root.Glob(dir + "/*.socket")
		if err != nil {
			continue
		}
		for _, name := range names {
			unit := path.Base(name)
			if _, err := f.Host.Root.Stat(name); err != nil || seen[unit] {
				continue
			}
			seen[unit] = true
			out = append(out, socketUnit(unit, f.UnitLines(Unit{Fragment: name, DropIns: f.dropIns(unit)})))
		}
	}
	return out
}

func socketUnit(unit string, lines []UnitLine) HeldSocket {
	s := HeldSocket{Unit: unit, Service: strings.TrimSuffix(unit, ".socket") + ".service", Lines: lines}
	for _, l := range lines {
		switch {
		case l.Key == "Accept" && (l.Value == "yes" || l.Value == "true" || l.Value == "1" || l.Value == "on"): // a copy of a template for each connection
			s.Service = strings.TrimSuffix(unit, ".socket") + "@.service"
		case l.Key == "Service":
			s.Service = l.Value
		case l.Key == "ListenStream" && l.Value == "":
			s.Streams = nil
		case l.Key == "ListenStream":
			s.Streams = append(s.Streams, l.Value)
		}
	}
	return s
}
