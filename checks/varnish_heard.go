package checks

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// readFetchError keeps what Varnish's log in memory says of the page that has just failed as the line of a log, where it is what other gateways write of
// a slow app or of one that hung up: those checks know more of the reasons behind.
func (l *live) readFetchError(ctx context.Context, f *sysinfo.Facts) {
	if l.Site.Gateway.Kind != "varnish" || !l.hit || len(l.fresh) > 0 || l.answer.Status != http.StatusServiceUnavailable || !own("varnish", l.answer) {
		return
	}
	if says := f.LengthRefused(ctx, l.Site.Gateway, l.answer.At); says != "" {
		if a, err := l.askApp(ctx, f, sysinfo.Question{Host: l.asked(), URI: l.answer.Question.URI, Wait: time.Second}); err == nil && len(a.Lengths) > 0 {
			says += " (" + strings.Join(a.Lengths, ", ") + ")"
		}
		l.heard("varnishlog -d -i Error", errlog.ConflictingLength, says, l.answer.At)
		return
	}
	said, err := f.FetchErrors(ctx, l.Site.Gateway)
	if err != nil && l.Scheme == "http" && l.Unix == "" { // its log in memory is root's: the app is asked instead
		if a, err := l.pageOfApp(ctx, f, l.answer.Question.URI); err == nil && a.Cut != "" {
			l.heard("GET "+a.Question.URI+" from "+l.Address(), errlog.PrematureCloseBody, fmt.Sprintf("%d, and %s of the page came before the connection ended", a.Status, a.Cut), a.At)
		}
	}
	if err != nil || len(said) == 0 {
		return
	}
	last := said[len(said)-1]
	if kind, ok := noWayThere(last); ok && !l.reach.Local && l.Unix == "" {
		l.heard("varnishlog -d -i FetchError", kind, last, l.answer.At)
		return
	}
	kind := errlog.NewParser(f.Host.Now().Location()).Parse("FetchError " + last).Kind
	switch {
	case kind == errlog.ReadTimeout, kind == errlog.PrematureClose, strings.Contains(last, "insufficient"):
		l.heard("varnishlog -d -i FetchError", kind, last, l.answer.At)
	case kind == errlog.InvalidHeader && oneTooLarge(ctx, f, l, last) == "":
		l.heard("varnishlog -d -i FetchError", kind, cmp.Or(lastBogus(ctx, f, l, last), last), l.answer.At)
	}
}

// noWayThere is what other gateways write of an address that Varnish had no way to: "fail errno 113 (No route to host)".
func noWayThere(said string) (errlog.Kind, bool) {
	switch {
	case strings.Contains(said, "fail errno 113"):
		return errlog.ConnectNoRoute, true
	case strings.Contains(said, "fail errno 101"):
		return errlog.ConnectNetUnreachable, true
	}
	return errlog.Unknown, false
}
