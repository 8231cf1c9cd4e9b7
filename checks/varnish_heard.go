package checks

import (
	"cmp"
	"context"
	"net/http"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// readFetchError keeps what Varnish's log in memory says of the page that has just failed as the line of a log, where it is what other gateways write of
// a slow app or of one that hung up: those checks know more of the reasons behind.
func (l *live) readFetchError(ctx context.Context, f *sysinfo.Facts) {
	if l.Site.Gateway.Kind != "varnish" || !l.hit || len(l.fresh) > 0 || l.answer.Status != http.StatusServiceUnavailable || !own("varnish", l.answer) {
		return
	}
	said, err := f.FetchErrors(ctx, l.Site.Gateway)
	if err != nil || len(said) == 0 {
		return
	}
	last := said[len(said)-1]
	kind := errlog.NewParser(f.Host.Now().Location()).Parse("FetchError " + last).Kind
	switch {
	case kind == errlog.ReadTimeout, kind == errlog.PrematureClose:
		l.heard("varnishlog -d -i FetchError", kind, last, l.answer.At)
	case kind == errlog.InvalidHeader && oneTooLarge(ctx, f, l, last) == "":
		l.heard("varnishlog -d -i FetchError", kind, cmp.Or(lastBogus(ctx, f, l, last), last), l.answer.At)
	}
}
