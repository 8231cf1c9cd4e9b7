package checks

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"syscall"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// asksInVain is what the log would say, where it cannot be read, of a page that nginx answers itself and that comes from a name which it looks up at
// each request: its resolver is asked as nginx asks it.
func asksInVain(ctx context.Context, f *sysinfo.Facts, l *live, h sysinfo.NginxHop) (spoken, bool) {
	if !l.hit || l.answer == nil || l.answer.Status != http.StatusBadGateway || !own("nginx", l.answer) || l.Block != "" || !hostName.MatchString(h.Target.Host) {
		return spoken{}, false
	}
	var last error
	asked := ""
	for _, server := range resolvers(h.Pass.Resolver().Args) {
		if f.Offline && !server.Addr().IsLoopback() {
			return spoken{}, false
		}
		_, err := sysinfo.Memo(f, "resolver "+server.String()+" "+h.Target.Host, func() ([]netip.Addr, error) { return f.AskResolver(ctx, server, h.Target.Host) })
		if err == nil || errors.Is(err, sysinfo.ErrNotHere) {
			return spoken{}, false
		}
		last, asked = err, server.String()
	}
	if last == nil {
		return spoken{}, false
	}
	says := last.Error()
	e := errlog.Event{Kind: errlog.ResolveFailed, Name: h.Target.Host, Time: l.answer.At}
	switch code, errno := sysinfo.DNSCode(0), syscall.Errno(0); {
	case errors.As(last, &code):
		e.Message = fmt.Sprintf("(%d: %s)", int(code), says)
	case !waitedFor(l, h):
		return spoken{}, false // nginx asks a server that is silent for longer than that
	case errors.As(last, &errno):
		says = errno.Error()
		fallthrough
	default:
		e.Kind, e.Message = errlog.ResolverDown, says
	}
	return spoken{now: true, count: 1, LogLine: sysinfo.LogLine{Source: "dig @" + asked + " " + h.Target.Host, Text: says, Event: e}}, true
}

// waitedFor says that a page took as long as nginx asks its resolver.
func waitedFor(l *live, h sysinfo.NginxHop) bool {
	wait, set := h.Pass.Block.Get("resolver_timeout").Duration()
	if !set {
		wait = 30 * time.Second
	}
	return l.answer.Took >= wait-100*time.Millisecond
}

// resolvers are the addresses of a resolver line; none where one of them is a name.
func resolvers(args []string) []netip.AddrPort {
	var out []netip.AddrPort
	for _, word := range args {
		if strings.Contains(word, "=") { // valid=, ipv6=, status_zone=
			continue
		}
		if _, _, err := net.SplitHostPort(word); err != nil {
			word = net.JoinHostPort(strings.Trim(word, "[]"), "53")
		}
		a, err := netip.ParseAddrPort(word)
		if err != nil {
			return nil
		}
		if !slices.Contains(out, a) {
			out = append(out, a)
		}
	}
	return out[:min(len(out), 3)]
}
