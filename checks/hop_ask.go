package checks

import (
	"context"
	"errors"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// frontPage asks the app itself for /, past the gateway: whether it is well although a health check says otherwise.
func (l *live) frontPage(ctx context.Context, f *sysinfo.Facts) (sysinfo.Answer, error) {
	return l.pageOfApp(ctx, f, "/")
}

// pageSays is what came of a page that was asked for, as evidence.
func pageSays(a *sysinfo.Answer, text string) Evidence {
	return Evidence{Source: "GET " + a.Question.Page(), Text: text, Time: a.At}
}

// askApp asks the app of a hop itself, past the gateway; an app of another machine not where nothing may leave this one.
func (l *live) askApp(ctx context.Context, f *sysinfo.Facts, q sysinfo.Question) (sysinfo.Answer, error) {
	if f.Offline && !l.reach.Local {
		return sysinfo.Answer{}, errors.New("nothing may leave this machine: --offline")
	}
	q.Network, q.Address, q.PID = "tcp", l.reach.Addr.String(), l.Site.Gateway.Net
	return f.AskThrifty(ctx, q)
}

// askOnce is askApp for what several checks want to know: the app is asked once in a run.
func (l *live) askOnce(ctx context.Context, f *sysinfo.Facts, q sysinfo.Question) (sysinfo.Answer, error) {
	return sysinfo.Memo(f, fmt.Sprint("asked ", l.Address(), " from ", l.Site.Gateway.Net, " ", q), func() (sysinfo.Answer, error) { return l.askApp(ctx, f, q) })
}

// pageOfApp asks the app itself for a page, by the name that the visitor's own request bears; once in a run, for the page may take long.
func (l *live) pageOfApp(ctx context.Context, f *sysinfo.Facts, uri string) (sysinfo.Answer, error) {
	return l.askOnce(ctx, f, sysinfo.Question{Host: l.asked(), URI: uri})
}

// appIsWell says that an HTTP app itself gives the page that failed at its gateway, and that the gateway would hand it on.
func (l *live) appIsWell(ctx context.Context, f *sysinfo.Facts) bool {
	if l.Scheme != "http" || l.Unix != "" || !l.reach.Local && l.nobodyThere(ctx, f) {
		return false
	}
	a, err := l.askOnce(ctx, f, sysinfo.Question{Host: l.asked(), URI: l.answer.Question.URI})
	kind, _ := l.asGatewaySees(a)
	return err == nil && a.Status > 0 && a.Status < 400 && kind == errlog.Unknown
}

// uri is the path and query of the page that was asked for by way of this hop; empty where none was.
func (l *live) uri() string {
	if l.answer == nil {
		return ""
	}
	return l.answer.Question.URI
}

// asked is the name by which the site was asked, or its own where it was not.
func (l *live) asked() string {
	if l.answer != nil && l.answer.Question.Host != "" {
		return l.answer.Question.Host
	}
	return l.Site.Name
}
