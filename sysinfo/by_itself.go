package sysinfo

import (
	"context"
	"net/netip"
	"net/url"
	"slices"
	"strconv"
)

// Lone is a program that answers visitors by itself, with no gateway before it.
type Lone struct {
	Answer
	At     Socket
	Proc   Proc     // PID 0 where only root may see whose the socket is
	Hidden *Gateway // the gateway in a container that most likely answered; nil where there is none that only root may see into
}

// ByItself is what answers the asked address on this machine where no gateway runs here, or none but those in containers that only root may see into:
// a site of one hop. With no address given, whoever has port 80 or 443 is asked. Nil where the name leads elsewhere, or where nobody answers.
func (f *Facts) ByItself(ctx context.Context) *Lone {
	l, _ := Memo(f, "by itself", func() (*Lone, error) {
		gateways, err := f.Gateways(ctx)
		hidden := f.HiddenFront(ctx)
		if err != nil || f.Host.Files || len(hidden) == 0 && slices.ContainsFunc(gateways, (*Gateway).Running) {
			return nil, err
		}
		all, err := f.Listeners(ctx, nil)
		for _, u := range f.visitorsURLs() {
			for _, to := range f.addrsHere(ctx, u) {
				at, held := Socket{Addr: to}, false
				if i := slices.IndexFunc(all, func(s Socket) bool { return s.Serves(to) }); i >= 0 {
					at, held = all[i], true
				} else if len(hidden) == 0 { // a container's published port may be the kernel's own doing, and nobody's socket
					continue
				}
				answer, err := f.Host.Ask(ctx, Question{Network: "tcp", Address: to.String(), TLS: u.Scheme == "https", Host: u.Hostname(), URI: u.RequestURI(), Wait: f.Patience - secondWait})
				if err != nil || answer.Status == 0 {
					continue
				}
				lone := &Lone{Answer: answer, At: at}
				switch {
				case len(hidden) > 0:
					lone.Hidden = lone.likely(hidden)
				case held:
					lone.Proc, _ = f.OwnerOf(ctx, at)
				}
				return lone, nil
			}
		}
		return nil, err
	})
	return l
}

// visitorsURLs is the address that the run is about; without one, those at which browsers ask this machine by themselves.
func (f *Facts) visitorsURLs() []*url.URL {
	if u := f.AskedURL(); u != nil {
		return []*url.URL{u}
	}
	if f.URL != "" {
		return nil
	}
	return []*url.URL{{Scheme: "http", Host: "localhost", Path: "/"}, {Scheme: "https", Host: "localhost", Path: "/"}}
}

// addrsHere are the addresses of this machine that a URL leads to.
func (f *Facts) addrsHere(ctx context.Context, u *url.URL) []netip.AddrPort {
	port, err := strconv.ParseUint(u.Port(), 10, 16)
	if err != nil {
		port = map[bool]uint64{true: 443, false: 80}[u.Scheme == "https"]
	}
	addrs, _ := f.Host.Resolve(ctx, u.Hostname()) // a name that does not resolve leads nowhere
	var out []netip.AddrPort
	for _, a := range addrs {
		if r, err := f.Host.Route(ctx, a); a.IsLoopback() || err == nil && r.Kind == "local" {
			out = append(out, netip.AddrPortFrom(a.Unmap(), uint16(port)))
		}
	}
	return out
}
