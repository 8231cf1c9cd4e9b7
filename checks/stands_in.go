package checks

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/apache"
	"fix502/sysinfo/nginx"
)

// standsIn is the line by which a gateway shows a page of its own in the place of an app's error: Apache's ProxyErrorOverride, and nginx's
// proxy_intercept_errors where an error_page is there for the status.
func (l *live) standsIn(status int) (sysinfo.Place, bool) {
	code := strconv.Itoa(status)
	if x, ok := l.Extra.(sysinfo.NginxHop); ok {
		set := l.setting("intercept_errors")
		return set.Place, set.On() && slices.ContainsFunc(x.Pass.ErrorPages(), func(p nginx.Setting) bool { return slices.Contains(p.Args, code) })
	}
	d := l.override()
	if d == nil {
		return sysinfo.Place{}, false
	}
	return d.Place, len(d.Args) == 1 || slices.Contains(d.Args[1:], code) // since 2.4.47 for some statuses alone
}

// override is the ProxyErrorOverride that holds for a hop of Apache's, of the <Location> of the pass itself or else of its server; nil where it is off.
func (l *live) override() *apache.Directive {
	x, _, ok := l.apacheHop()
	srv, ok2 := l.Site.Extra.(*apache.Server)
	if !ok || !ok2 {
		return nil
	}
	d := srv.Get("ProxyErrorOverride")
	if x.Pass.In != nil && x.Pass.In.Last("ProxyErrorOverride") != nil {
		d = x.Pass.In.Last("ProxyErrorOverride")
	}
	if d == nil || !d.On() {
		return nil
	}
	return d
}

// itself is what an HTTP app of this machine answers when it is asked for the failed page without its gateway.
func (l *live) itself(ctx context.Context, f *sysinfo.Facts) (*sysinfo.Answer, bool) {
	if l.answer == nil || l.Scheme != "http" || l.Unix != "" || !l.reach.Local || !l.reach.Open() || f.Inner(ctx, l.Hop) != nil {
		return nil, false
	}
	a, err := l.askOnce(ctx, f, sysinfo.Question{Host: l.asked(), URI: l.answer.Question.URI, Wait: time.Second})
	return &a, err == nil && a.Status > 0
}

// ownWords are the words of an app's error that its gateway keeps from visitors, and the line that has it do so.
func (l *live) ownWords(ctx context.Context, f *sysinfo.Facts) []Evidence {
	at, hides := l.standsIn(l.answer.Status)
	if !hides {
		return nil
	}
	line := lineOf(l.Site.Gateway.Root, at)
	a, ok := l.itself(ctx, f)
	if !ok || a.Status != l.answer.Status || len(a.Body) == 0 {
		return []Evidence{line}
	}
	return []Evidence{{Source: fmt.Sprintf("GET %s of %s itself", a.Question.Page(), l.Address()), Text: fmt.Sprintf("%d: %s", a.Status, firstText(a.Body)), Time: a.At}, line}
}
