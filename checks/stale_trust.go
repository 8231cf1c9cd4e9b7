package checks

import (
	"context"
	"fmt"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// staleTrust: the file of authorities that a gateway checks an app's certificate with was renewed, and the running gateway has the former
// one: it is read at a start or reload, like the configuration. By the file as it is the certificate is well.
func staleTrust(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
	g := l.Site.Gateway
	if l.Scheme != "https" && l.Scheme != "grpcs" || !l.hit || !l.reach.Open() || g.Loaded.IsZero() {
		return nil
	}
	rules := l.tlsRules()
	i, err := g.Root.Stat(rules.file)
	if !rules.checks || rules.ca == "" || err != nil || i.ModTime.Before(g.Loaded.Add(time.Second)) {
		return nil
	}
	kinds := []errlog.Kind{errlog.TLSVerify, errlog.TLSHandshake}
	if g.Kind == "haproxy" { // its log tells TLS from a refusal only as a check fails
		kinds = []errlog.Kind{errlog.HAProxyDownTLS, errlog.HAProxyNoServer, errlog.HAProxyConnect}
	}
	if _, now, said := l.has(kinds...); !said || !now {
		return nil // the app's own failure
	}
	if t := tryTLS(ctx, f, l); t.err != nil || t.refused != nil || t.wantsCert {
		return nil
	}
	found := &Finding{Status: Fail, Confidence: 0.94, Where: sysinfo.Place{File: rules.file}, Covers: append([]ID{"upstream-tls-verify", "upstream-tls-handshake", "haproxy-connect-refused"}, tlsCovers...),
		Summary: fmt.Sprintf("%s checks the certificate of %s with authorities of %s; %s was renewed at %s and vouches for it", g.Title(), l.Address(), g.Loaded.Format("15:04:05"), rules.file, i.ModTime.Format("15:04:05")),
		Evidence: []Evidence{lineOf(g.Root, rules.at), {Source: rules.file, Text: "changed " + i.ModTime.Format(time.DateTime), Time: i.ModTime},
			{Source: "ps", Text: g.Title() + " runs with its files of " + g.Loaded.Format(time.DateTime), Time: g.Loaded},
			{Source: "a handshake with " + l.Address(), Text: "the app's certificate is well by that file"}}}
	found.Fix = reload(ctx, f, g, Fix{Title: "Reload " + g.Title(), Risk: Low}).Tell("Let whatever renews the certificate reload %s, too", g.Title())
	if g.Kind == "haproxy" {
		found.Fix = found.Fix.Do("Give the checks time to pass", "sleep 3")
	}
	return found
}
