package checks

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// askAsGateway asks the app as its gateway does where a page has just failed at the gateway and the gateway's log cannot be read, is not kept, or has no
// line of a page that the gateway made itself: what comes of that is what the log would say, and is kept as a line of our own. It costs an HTTP app one
// GET more, and one that speaks TLS a few handshakes.
func (l *live) askAsGateway(ctx context.Context, f *sysinfo.Facts) {
	if !l.hit || len(l.fresh) > 0 || l.answer.Status < 500 {
		return
	}
	if blind := l.unheard || f.Host.UID != 0 && l.Site.Gateway.Kind == "varnish"; !blind && !l.madeByGateway(ctx, f, l.answer) {
		return
	}
	behind := f.Inner(ctx, l.Hop)
	inner := behind != nil // what fails behind it is told of its own hop
	uri := l.answer.Question.URI
	told := !inner || behind.Gateway.Kind != l.Site.Gateway.Kind // whose page it is
	if told && l.waitedInVain() && (failsUnheard(ctx, f, l) || l.Site.Gateway.Kind == "varnish" && l.madeByGateway(ctx, f, l.answer)) {
		l.heard("GET "+l.asked()+uri, errlog.ReadTimeout, fmt.Sprintf("%d from %s itself after %s", l.answer.Status, l.From, l.answer.Took.Round(100*time.Millisecond)), l.answer.At)
		return
	}
	if from := l.unheardSource(ctx, f); from != "" {
		l.heard("ip address", errlog.BindSourceFailed, "no "+from, l.answer.At)
		return
	}
	if l.speaksTLS() && l.Site.Gateway.Kind != "haproxy" { // its log does not tell TLS from a refusal, either: tlsCheck
		kind, says := l.shakeAsGateway(ctx, f)
		if wish := says == errWantsCert.Error(); kind != errlog.Unknown && (!wish || !inner || own(l.Site.Gateway.Kind, l.answer)) { // who asks for one may do without
			l.heard("TLS handshake with "+l.Address()+", as "+l.From+" does it", kind, says, l.answer.At)
			return
		}
	}
	if l.Unix != "" || l.reach.Listener == nil {
		return
	}
	wait := 4 * time.Second
	if l.Settings.Read > 0 {
		wait = min(wait, l.Settings.Read)
	}
	if end, ok := ctx.Deadline(); ok { // the gateway may have waited long for it, and other hops are asked after this one
		wait = min(wait, time.Until(end)-time.Second)
	}
	if wait < 200*time.Millisecond {
		return
	}
	if l.Scheme != "http" && l.Scheme != "https" {
		l.connectAsGateway(ctx, f, wait)
		return
	}
	host := l.asked()
	if inner {
		host = f.Sends(ctx, l.Hop)
	}
	a, err := l.askApp(ctx, f, sysinfo.Question{TLS: l.Scheme == "https", Host: host, URI: uri, Wait: wait})
	if err != nil || inner && a.Status >= 400 || inner && a.Status == 0 && !closedUnsaid(a, behind) {
		return
	}
	kind, says := l.asGatewaySees(a)
	if kind == errlog.Unknown && a.Status > 0 && a.Status < 400 && failsUnheard(ctx, f, l) {
		kind, says = l.putAside(ctx, f), fmt.Sprintf("%d, where %s itself says %d", a.Status, l.From, l.answer.Status)
	}
	if kind != errlog.Unknown {
		l.heard("GET "+l.Address()+uri+", as "+l.From+" asks", kind, says, a.At)
	}
}

// answeredItself is the hop of a site's page to which its nginx answered with a status of its own making, when only root may read why; nil where another
// nginx behind it may have made the page.
func answeredItself(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, status int) *live {
	all, _ := hops(ctx, f) // none is none
	for i := range all {
		l := &all[i]
		if l.Site == s && l.hit && l.answer.Status == status && l.Site.Gateway.Kind == "nginx" && failsUnheard(ctx, f, l) && (l.Scheme == "fastcgi" || l.appIsWell(ctx, f)) {
			return l
		}
	}
	return nil
}

// waitedInVain says that the gateway's 504, which is a 503 of Varnish's, came after as long as it waits for this hop.
func (l *live) waitedInVain() bool {
	wait, took, status := l.Settings.Read, l.answer.Took, http.StatusGatewayTimeout
	if l.Site.Gateway.Kind == "varnish" {
		status = http.StatusServiceUnavailable
	}
	return l.answer.Status == status && l.reach.Open() && wait > 0 && took >= wait-50*time.Millisecond && took < wait+time.Second
}

// putAside is the line of a gateway that leaves a server alone which would answer: after failures it does, in a block of several; nginx asks a server
// that is alone again and again. Not where the files were changed since it read them: it may not know that server. Nor where it tries one server only,
// and another of the block is the one that fails.
func (l *live) putAside(ctx context.Context, f *sysinfo.Facts) errlog.Kind {
	switch g := l.Site.Gateway; {
	case l.Block == "" || g.Edited.After(g.Loaded) || l.triedOnce() && brotherClosed(ctx, f, l.Hop):
	case g.Kind == "nginx" && l.alone():
	case g.Kind == "nginx":
		return errlog.NoLiveUpstreams
	case g.Kind == "apache":
		return errlog.BalancerDown
	}
	return errlog.Unknown
}

// alone says that the hop's block has one server with one address, and no other, not even one that is marked down: nginx never puts that aside.
func (l *live) alone() bool {
	for _, h := range l.Site.Hops {
		if h != l.Hop && h.Block == l.Block && h.Pass == l.Pass {
			return false
		}
	}
	return len(l.Addrs) < 2
}

// heard keeps what a question of our own brought as the line that the gateway wrote of its own.
func (l *live) heard(source string, kind errlog.Kind, says string, at time.Time) {
	l.fresh = append(l.fresh, sysinfo.LogLine{Source: source, Text: says,
		Event: errlog.Event{Kind: kind, Time: at, Method: "GET", URI: l.answer.Question.URI, Message: says, Upstream: errlog.Upstream{Scheme: l.Scheme, Address: l.Address()}}})
}

// shakeAsGateway is the kind of line that a gateway writes of the app's TLS, and what it is in plain words; Unknown where it comes about.
func (l *live) shakeAsGateway(ctx context.Context, f *sysinfo.Facts) (errlog.Kind, string) {
	if l.tlsRules().off {
		return errlog.TLSHandshake, "SSLProxyEngine is off"
	}
	switch t := tryTLS(ctx, f, l); {
	case t.refused != nil:
		return errlog.TLSVerify, t.refused.Error()
	case t.err != nil:
		return errlog.TLSHandshake, strings.TrimPrefix(t.err.Error(), "remote error: ")
	case t.wantsCert:
		return errlog.TLSHandshake, errWantsCert.Error()
	}
	return errlog.Unknown, ""
}
