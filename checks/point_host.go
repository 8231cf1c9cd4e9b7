package checks

import (
	"context"
	"fmt"
	"net/netip"
	"path"
	"strings"

	"fix502/sysinfo"
)

// pointHost corrects the host alone, where nginx has the port in a variable behind it: proxy_pass http://127.0.0.1:$port.
func pointHost(ctx context.Context, f *sysinfo.Facts, l *live, addr string) (Fix, bool) {
	to, err := netip.ParseAddrPort(addr)
	root, line := l.Site.Gateway.Root, configLine(l.Site.Gateway.Root, l.Pass)
	if _, ok := l.Extra.(sysinfo.NginxHop); !ok || err != nil || l.Where == l.Pass || int(to.Port()) != l.Port || strings.Count(line, l.Host+":$") != 1 {
		return Fix{}, false
	}
	x := Fix{Title: fmt.Sprintf("Let %s point to %s", path.Base(l.Pass.File), addr), Risk: Low, Undo: setLine(root, l.Pass, line)}
	return reload(ctx, f, l.Site.Gateway, x.Do("Correct the host at "+l.Pass.String(), "%s", replace(root, l.Pass, l.Host+":$", hostOf(to)+":$"))), true
}

// hostAlone is for a line that has the host alone, a variable's value: where the pass has the port behind the variable, what takes its place
// is a host, too. Nothing does where the port is another.
func (l *live) hostAlone(was, addr string) (string, string) {
	h, ok := l.Extra.(sysinfo.NginxHop)
	to, err := netip.ParseAddrPort(addr)
	if !ok || err != nil || l.Where == l.Pass || !strings.Contains(h.Pass.Value, fmt.Sprintf(":%d", l.Port)) {
		return was, addr
	}
	if int(to.Port()) != l.Port {
		return "", ""
	}
	return was, hostOf(to)
}

// hostOf is the host of an address as it stands before a port.
func hostOf(a netip.AddrPort) string {
	if a.Addr().Is6() {
		return "[" + a.Addr().String() + "]"
	}
	return a.Addr().String()
}
