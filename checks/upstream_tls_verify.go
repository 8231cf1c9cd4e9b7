package checks

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// upstreamTLSVerify: the gateway checks the app's certificate and does not accept it.
func upstreamTLSVerify() Check {
	return Check{
		ID: "upstream-tls-verify", Title: "Gateways accept the certificates of HTTPS apps", Topic: Platform,
		Means: `The gateway checks the app's certificate and does not accept it: it is self-signed (18), has expired (10), was signed by an authority that
the gateway does not know (20), or names somebody else. nginx checks only when told to, Apache always looks at name and date, HAProxy and Caddy check
unless told not to. Renew it, call the app by the name in it, or tell the gateway the right authority. Switching the check off would hide it, and
let anybody play the app.`,
		Run: tlsCheck([]errlog.Kind{errlog.TLSVerify, errlog.TLSHandshake}, certificateRefused),
	}
}

// certificateRefused judges what a line said of a certificate and what a handshake of our own shows of it; nil when it is well.
func certificateRefused(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
	rules := l.tlsRules()
	t := tryTLS(ctx, f, l)
	plain := line.Kind != errlog.TLSVerify
	if rules.off || plain && t.refused == nil {
		return nil
	}
	why := ""
	if t.refused != nil {
		why = Quote(t.refused.Error())
	}
	if !plain {
		why = strings.TrimPrefix(what(line), "upstream SSL certificate verify error: ")
	}
	found := &Finding{Confidence: 0.97, Where: rules.at, Summary: fmt.Sprintf("%s does not accept the certificate of %s: %s", l.From, l.Address(), why), Covers: append([]ID{"upstream-tls-handshake"}, tlsCovers...)}
	found.Fix = acceptFix(ctx, f, l, line, t, why, found)
	if !found.Where.Known() {
		found.Where = l.spoken()
	}
	shown := t.shows(l)
	if found.Where.Line > 0 {
		shown = append([]Evidence{lineOf(l.Site.Gateway.Root, found.Where)}, shown...)
	}
	found.Evidence = append(shown, found.Evidence...)
	return found
}

// acceptFix helps against what is wrong with the certificate, and moves the finding to the line that it is about.
func acceptFix(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine, t tlsTry, why string, found *Finding) Fix {
	var (
		wrong    wrongName
		early    tooEarly
		unsigned notSigned
	)
	rules, name := l.tlsRules(), t.bears()
	expired, tooSoon := strings.Contains(why, "expired"), strings.Contains(why, "not yet valid") // Go says both in one
	named := errors.As(t.refused, &wrong) || strings.Contains(line.Message, "does not match") || strings.Contains(line.Message, "is valid for")
	switch {
	case named && l.Site.Gateway.Kind == "caddy" && t.nameless() && l.Unix == "" && l.reach.Addr.Addr().IsLoopback():
		found.Where = l.spoken()
		return unlooked(ctx, f, l)
	case named && name != "":
		found.Where = l.spoken()
		if _, a, ok := l.apacheHop(); ok && name == l.Host { // the address has it, and the visitor's name is said instead
			if keeps := keepsName(l, a); keeps.Set() && strings.EqualFold(keeps.Value, "on") {
				found.Where = keeps.Place
				found.Evidence = append(found.Evidence, passLine(l))
			}
		}
		if kept := "/etc/ssl/" + name + ".pem"; l.Site.Gateway.Kind == "caddy" && rules.ca == "" && t.vouchesForItself(l) && !f.Host.Root.Exists(kept) { // nobody else vouches for it: the name alone would not do
			x := Fix{Title: "Call the app by the name it goes by, and trust the certificate that it made itself", Risk: Low}
			return reload(ctx, f, l.Site.Gateway, caddyTrusts(l, x, t, authority{}, kept, pair{"tls_server_name", name}))
		}
		return callBy(ctx, f, l, name)
	case errors.As(t.refused, &early) || tooSoon && !expired:
		found.Where = l.spoken()
		return Fix{Title: "Set the clock right, or take a certificate that is valid", Risk: Low}.Tell("Compare the clocks of this machine and of whoever issued it (timedatectl). If both are right, the app has to serve its former certificate until then")
	case expired:
		if x, ok := renewed(ctx, f, l, t.cert, found); ok {
			return x
		}
		if x, ok := reissued(ctx, f, l, t.cert, found); ok {
			return x
		}
		found.Where = l.spoken()
		return Fix{Title: "Renew the app's certificate", Risk: Low}.Tell("%s has to get a new certificate where it runs (certbot renew, or whoever issues it), and a restart to load it", l.Address())
	case line.Kind == errlog.TLSVerify || named || errors.As(t.refused, &unsigned):
		if x, ok := wholeChain(ctx, f, l, t.cert, rules.file, found); ok {
			return x
		}
		return trustSigner(ctx, f, l, rules, t, found)
	}
	return Fix{Title: "Get the app a certificate that passes", Risk: Low}.Tell("The app's certificate, or one between it and its authority, breaks the rule above: %s has to get a new one where it runs", l.Address())
}
