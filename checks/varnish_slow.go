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

// fetchParameter is the wait that varnishd has from its command line; a backend's own line counts before it.
var fetchParameter = whenAsked(`-p\s*first_byte_timeout=(\d+)(s?)\b`)

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

// startedShort gives a backend the minute that Varnish waits by default, where the command line of its service says less.
func startedShort(ctx context.Context, f *sysinfo.Facts, l *live, found *Finding) {
	u, ok := f.Unit(ctx, l.Site.Gateway.Unit)
	w, set := inCommand(f, u, fetchParameter)
	if l.Site.Gateway.Kind != "varnish" || !ok || !set || !w.unit || l.Settings.ReadWhere.Known() {
		return
	}
	wait, err := time.ParseDuration(w.match[1] + "s")
	if err != nil || wait >= usualWait {
		return
	}
	found.Where, found.Confidence = w.place, 0.93
	found.Summary = fmt.Sprintf("%s took longer than the %s Varnish waits for %s (first_byte_timeout)", l.answer.Question.URI, seconds(wait), l.Address())
	found.Evidence = append([]Evidence{lineOf(f.Host.Root, w.place)}, found.Evidence...)
	longer := strings.Replace(w.match[0], "="+w.match[1], "=60", 1)
	x := Fix{Title: "Wait as long as Varnish does by default: " + seconds(wait) + " is short", Risk: Medium, Workaround: true}
	x.Undo = replace(f.Host.Root, w.place, longer, w.match[0]) + "; systemctl daemon-reload && systemctl restart " + sh(unitWord(u.Name))
	x = daemonReload(x.Do("Give the app the usual minute", "%s", replace(f.Host.Root, w.place, w.match[0], longer)))
	found.Fix = x.Do("Restart Varnish; its cache begins empty", "systemctl restart %s && sleep 2", sh(unitWord(u.Name))).Tell(theyWait)
}

const theyWait = "Then find out what the app waits for, in its own log: visitors do not wait a minute"
