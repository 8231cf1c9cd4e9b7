package checks

import (
	"context"
	"fmt"
	"net/netip"
	"path"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/varnish"
)

// pointBackend corrects a backend of Varnish's, whose host and port stand on lines of their own. It is false for another
// gateway's hop, and for sockets.
func pointBackend(ctx context.Context, f *sysinfo.Facts, l *live, addr string) (Fix, bool) {
	b, ok := l.Extra.(*varnish.Backend)
	to, err := netip.ParseAddrPort(addr)
	if !ok || err != nil || l.Unix != "" {
		return Fix{}, false
	}
	host, port := b.Values["host"], b.Values["port"]
	if host.Text == "" || strings.Contains(host.Text, ":") {
		return Fix{}, false
	}
	root, at := l.Site.Gateway.Root, host.Place
	x := Fix{Title: fmt.Sprintf("Let %s point to %s", path.Base(at.File), addr), Risk: Low}
	var undo []string
	set := func(at sysinfo.Place, was, now string) {
		undo = append(undo, replace(root, at, now, was))
		x = x.Do(fmt.Sprintf("Correct %s", at), "%s", replace(root, at, was, now))
	}
	newHost, newPort := `"`+to.Addr().String()+`"`, fmt.Sprintf(`"%d"`, to.Port())
	oldHost, oldPort := `"`+host.Text+`"`, `"`+port.Text+`"`
	if known := len(l.Addrs) > 0 && l.Addrs[0].Unmap() == to.Addr().Unmap(); known {
		newHost = oldHost // a name may stay
	}
	switch {
	case port.Text == "" && int(to.Port()) != l.Port:
		set(at, oldHost, newHost+`; .port = `+newPort)
	case newHost != oldHost:
		set(at, oldHost, newHost)
	}
	if port.Text != "" && oldPort != newPort {
		set(port.Place, oldPort, newPort)
	}
	if len(undo) == 0 {
		return Fix{}, false
	}
	x.Undo = undoAll(undo)
	return reload(ctx, f, l.Site.Gateway, x), true
}
