package checks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// askAsGateway asks an HTTP app for the page that has just failed at its gateway, where only root may read the gateway's log: what comes of that is what
// the log would say, and is kept as a line of our own. One GET more, to an app that takes them by design.
func (l *live) askAsGateway(ctx context.Context, f *sysinfo.Facts) {
	blind := f.Host.UID != 0 && (l.Site.Gateway.Kind == "varnish" || unheard(ctx, f, l.Site) != nil)
	if !blind || !l.hit || len(l.fresh) > 0 || l.Scheme != "http" || l.Unix != "" || l.reach.Listener == nil || l.answer.Status < 500 || f.Inner(ctx, l.Hop) != nil {
		return
	}
	wait := 4 * time.Second
	if l.Settings.Read > 0 {
		wait = min(wait, l.Settings.Read)
	}
	uri := l.answer.Question.URI
	a, err := l.askApp(ctx, f, sysinfo.Question{Host: l.asked(), URI: uri, Wait: wait})
	if err != nil {
		return
	}
	kind, says := l.asGatewaySees(a)
	if kind == errlog.Unknown {
		return
	}
	l.fresh = append(l.fresh, sysinfo.LogLine{Source: "GET " + l.Address() + uri + ", as " + l.From + " asks", Text: says,
		Event: errlog.Event{Kind: kind, Time: a.At, Method: "GET", URI: uri, Message: says, Upstream: errlog.Upstream{Scheme: "http", Address: l.Address()}}})
}

// asGatewaySees is the kind of line that a gateway writes of such an answer, and what it is in plain words; Unknown of one that it would hand on.
func (l *live) asGatewaySees(a sysinfo.Answer) (errlog.Kind, string) {
	switch size := headerSize(a); {
	case a.Refused():
		return errlog.ConnectRefused, "connection refused"
	case a.TimedOut() && !a.Reached:
		return errlog.ConnectTimedOut, "no connection came about"
	case a.TimedOut() && l.Settings.Read > 0 && l.answer.Took >= l.Settings.Read:
		return errlog.ReadTimeout, fmt.Sprintf("no answer within %s", a.Took.Round(100*time.Millisecond))
	case errors.Is(a.Err, io.EOF) && a.Status == 0:
		return errlog.PrematureClose, "the connection was closed before an answer came"
	case errors.Is(a.Err, syscall.ECONNRESET) && a.Status == 0:
		return errlog.ReadReset, "the connection was reset before an answer came"
	case a.Status > 0 && l.Settings.BufferSize > 0 && size > l.Settings.BufferSize:
		return errlog.HeaderTooBig, fmt.Sprintf("%d bytes of headers", size)
	}
	return errlog.Unknown, ""
}
