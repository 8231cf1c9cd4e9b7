package sysinfo

import (
	"context"
	"net/netip"
	"slices"
	"strconv"
)

// Lone is a program that answers visitors by itself, with no gateway before it.
type Lone struct {
	Answer
	At   Socket
	Proc Proc // PID 0 where only root may see whose the socket is
}

// ByItself is what answers the asked address on this machine where no gateway runs here: a site of one hop. Nil where the name leads elsewhere, or where
// nobody listens.
func (f *Facts) ByItself(ctx context.Context) *Lone {
	l, _ := Memo(f, "by itself", func() (*Lone, error) {
		u := f.askedURL()
		gateways, err := f.Gateways(ctx)
		if u == nil || err != nil || f.Host.Files || slices.ContainsFunc(gateways, (*Gateway).Running) {
			return nil, err
		}
		port, err := strconv.ParseUint(u.Port(), 10, 16)
		if err != nil {
			port = map[bool]uint64{true: 443, false: 80}[u.Scheme == "https"]
		}
		addrs, err := f.Host.Resolve(ctx, u.Hostname())
		if err != nil {
			return nil, err
		}
		all, err := f.Listeners(ctx, nil)
		for _, a := range addrs {
			to := netip.AddrPortFrom(a.Unmap(), uint16(port))
			at := slices.IndexFunc(all, func(s Socket) bool { return s.Serves(to) })
			if r, err := f.Host.Route(ctx, a); at < 0 || !a.IsLoopback() && (err != nil || r.Kind != "local") {
				continue
			}
			answer, err := f.Host.Ask(ctx, Question{Network: "tcp", Address: to.String(), TLS: u.Scheme == "https", Host: u.Hostname(), URI: u.RequestURI(), Wait: f.Patience - secondWait})
			if err != nil || answer.Status == 0 {
				continue
			}
			p, _ := f.OwnerOf(ctx, all[at])
			return &Lone{answer, all[at], p}, nil
		}
		return nil, err
	})
	return l
}
