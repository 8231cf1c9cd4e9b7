package sysinfo

import (
	"path"
	"slices"
	"strings"
)

// heldSocket is a .socket unit: where systemd listens, and for which service.
type heldSocket struct {
	unit, service string
	streams       []string
}

// SocketService is the service that systemd starts for connections to a hop's address, and the .socket unit that says
// so; empty when there is none (systemd.socket(5)).
func (f *Facts) SocketService(h *Hop) (service, socket string) {
	held, _ := f.held.get(func() ([]heldSocket, error) { return f.heldSockets(), nil }) // none is an answer
	for _, s := range held {
		if slices.ContainsFunc(s.streams, h.is) {
			return s.service, s.unit
		}
	}
	return "", ""
}

// is says whether a ListenStream is this hop's address.
func (h *Hop) is(stream string) bool {
	if h.Unix != "" {
		return strings.TrimPrefix(stream, "/var") == strings.TrimPrefix(h.Unix, "/var")
	}
	return stream == h.Address() || stream == strings.TrimPrefix(h.Address(), h.Host+":")
}

func (f *Facts) heldSockets() []heldSocket {
	var out []heldSocket
	seen := map[string]bool{}
	for _, dir := range []string{"/etc/systemd/system", "/lib/systemd/system", "/usr/lib/systemd/system"} {
		names, err := f.Host.Root.Glob(dir + "/*.socket")
		if err != nil {
			continue
		}
		for _, name := range names {
			unit := path.Base(name)
			b, err := f.Host.Root.ReadFile(name)
			if err != nil || seen[unit] {
				continue
			}
			seen[unit] = true
			out = append(out, socketUnit(unit, string(b)))
		}
	}
	return out
}

func socketUnit(unit, text string) heldSocket {
	s := heldSocket{unit: unit, service: strings.TrimSuffix(unit, ".socket") + ".service"}
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		switch value = strings.TrimSpace(value); strings.TrimSpace(key) {
		case "Service":
			s.service = value
		case "ListenStream":
			s.streams = append(s.streams, value)
		}
	}
	return s
}
