package checks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"strings"
	"syscall"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// asGatewaySees is the kind of line that a gateway writes of such an answer, and what it is in plain words; Unknown of one that it would hand on.
func (l *live) asGatewaySees(a sysinfo.Answer) (errlog.Kind, string) {
	kind := l.Site.Gateway.Kind
	switch {
	case a.Refused():
		return errlog.ConnectRefused, "connection refused"
	case errors.Is(a.Err, syscall.EADDRNOTAVAIL):
		return errlog.ConnectNoAddress, "no local port is left to ask it from"
	case errors.Is(a.Err, syscall.EHOSTUNREACH):
		return errlog.ConnectNoRoute, "no route to host"
	case errors.Is(a.Err, syscall.ENETUNREACH):
		return errlog.ConnectNetUnreachable, "network is unreachable"
	case errors.Is(a.Err, fs.ErrPermission) && !a.Reached:
		return errlog.ConnectDenied, "may not be asked from here"
	case a.TimedOut() && !a.Reached:
		return errlog.ConnectTimedOut, "no connection came about"
	case a.TimedOut() && l.Settings.Read > 0 && l.answer.Took >= l.Settings.Read:
		return errlog.ReadTimeout, fmt.Sprintf("no answer within %s", a.Took.Round(100*time.Millisecond))
	case len(a.Lengths) > 1 && refusesTwoLengths(l.Site.Gateway):
		return errlog.ConflictingLength, strings.Join(a.Lengths, ", ")
	case errors.Is(a.Err, io.EOF) && a.Status == 0:
		return errlog.PrematureClose, "the connection was closed before an answer came"
	case errors.Is(a.Err, syscall.ECONNRESET) && a.Status == 0:
		return errlog.ReadReset, "the connection was reset before an answer came"
	}
	refused, large := errlog.InvalidHeader, errlog.HeaderTooBig
	switch kind {
	case "haproxy":
		refused, large = errlog.HAProxyBadResponse, errlog.HAProxyBadResponse // PH, as every answer that it does not take
	case "varnish", "nginx", "apache":
	default:
		refused = errlog.Unknown
	}
	if bad := malformedHeader(a, kind); bad != "" && refused != errlog.Unknown {
		return refused, bad
	}
	if says := l.tooLarge(a); says != "" {
		return large, says
	}
	return errlog.Unknown, ""
}

// connectAsGateway connects to a hop whose protocol we do not ask pages in: that a connection comes about is all that can be seen of it.
func (l *live) connectAsGateway(ctx context.Context, f *sysinfo.Facts, wait time.Duration) {
	if f.Offline && !l.reach.Local {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	conn, err := f.Host.Dial(ctx, l.Site.Gateway.Net, "tcp", l.reach.Addr.String())
	if err == nil {
		conn.Close()
		return
	}
	if kind, says := l.asGatewaySees(sysinfo.Answer{Err: err}); kind != errlog.Unknown {
		l.heard("connect to "+l.Address()+", as "+l.From+" does", kind, says, f.Host.Now())
	}
}

// knocks says that no connection to a hop comes about at this moment, though somebody listens there with room for more: a page that is waited for still is
// waited for in vain.
func (l *live) knocks(ctx context.Context, f *sysinfo.Facts) (sysinfo.LogLine, bool) {
	wait := 600 * time.Millisecond     // the kernel of this machine answers in less than one
	if end, ok := ctx.Deadline(); ok { // most of it has passed over the page
		wait = min(wait, time.Until(end)-100*time.Millisecond)
	}
	if !l.reach.Local || !l.reach.Open() || l.answer == nil || wait < 200*time.Millisecond {
		return sysinfo.LogLine{}, false
	}
	l.connectAsGateway(ctx, f, wait)
	line, now, _ := l.has(errlog.ConnectTimedOut)
	return line, now
}

// closedUnsaid says that an inner gateway ended the connection without an answer, as nginx does where it is told "return 444" and HAProxy where it is told
// "reject": whatever failed behind it, it would say so. One that waits for the PROXY protocol drops who comes without.
func closedUnsaid(a sysinfo.Answer, inner *sysinfo.Site) bool {
	return (errors.Is(a.Err, io.EOF) || errors.Is(a.Err, syscall.ECONNRESET)) && !slices.ContainsFunc(inner.Listen, func(l sysinfo.Listen) bool { return l.Proxied })
}
