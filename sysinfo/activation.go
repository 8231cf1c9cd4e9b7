package sysinfo

import (
	"path"
	"strings"
)

// SocketService is the service that systemd starts for connections to a hop's address, and the .socket unit that says
// so; empty when there is none (systemd.socket(5)).
func (f *Facts) SocketService(h *Hop) (service, socket string) {
	for _, dir := range []string{"/etc/systemd/system", "/lib/systemd/system", "/usr/lib/systemd/system"} {
		names, err := f.Host.Root.Glob(dir + "/*.socket")
		if err != nil {
			continue
		}
		for _, name := range names {
			b, err := f.Host.Root.ReadFile(name)
			if err != nil {
				continue
			}
			if service, ok := socketUnit(string(b), h); ok {
				if service == "" {
					service = strings.TrimSuffix(path.Base(name), ".socket") + ".service"
				}
				return service, path.Base(name)
			}
		}
	}
	return "", ""
}

// socketUnit says whether a .socket file listens where the hop goes, and which service it names, if any.
func socketUnit(text string, h *Hop) (service string, ok bool) {
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(strings.TrimSpace(line), "=")
		value = strings.TrimSpace(value)
		switch strings.TrimSpace(key) {
		case "Service":
			service = value
		case "ListenStream":
			if h.Unix != "" {
				ok = ok || value == h.Unix || "/var"+value == h.Unix || value == "/var"+h.Unix
			} else {
				ok = ok || value == h.Address() || value == strings.TrimPrefix(h.Address(), h.Host+":")
			}
		}
	}
	return service, ok
}
