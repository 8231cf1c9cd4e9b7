package checks

import (
	"context"
	"crypto/tls"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// upstreamTLSHandshake: gateway and HTTPS app do not agree on how to speak TLS.
func upstreamTLSHandshake() Check {
	return Check{
		ID: "upstream-tls-handshake", Title: "Gateways and HTTPS apps agree on TLS", Topic: Platform,
		Means: `The app wants TLS, and the handshake fails: the app wants to be called by a name that the gateway does not send (nginx: proxy_ssl_server_name,
off by default; HAProxy: sni), takes only TLS 1.3 while this gateway offers 1.2 at most, or asks for a client certificate; Apache speaks no TLS to
apps before SSLProxyEngine is on. The alert number in the log tells: 112 a name, 70 a version, 40 or 116 no common ground or a certificate.
Switching verification off does not help.`,
		Run: tlsCheck([]errlog.Kind{errlog.TLSHandshake, errlog.TLSClosed, errlog.TLSTimeout}, handshakeFails),
	}
}

// tlsCheck asks of every hop that speaks TLS; HAProxy's log does not tell TLS from a refusal, so there the app is asked.
func tlsCheck(kinds []errlog.Kind, judge func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding) func(context.Context, *sysinfo.Facts) ([]Finding, error) {
	ofLine := func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
		if !l.speaksTLS() {
			return nil
		}
		found := judge(ctx, f, l, line)
		if found != nil {
			found.Evidence = append([]Evidence{quoteLine(line)}, found.Evidence...)
		}
		return found
	}
	logs, silent := loggedHop(kinds, ofLine), loggedHop([]errlog.Kind{errlog.HAProxyConnect, errlog.HAProxyNoServer, errlog.HAProxyDownTLS}, ofLine)
	return perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
		if l.Site.Gateway.Kind != "haproxy" {
			return logs(ctx, f, l)
		}
		if _, _, ok := l.has(errlog.HAProxyConnect, errlog.HAProxyNoServer, errlog.HAProxyDownTLS); !ok && l.hit && l.Scheme == "https" {
			found := judge(ctx, f, l, sysinfo.LogLine{})
			if found != nil {
				found.Status = Fail
			}
			return found
		}
		found := silent(ctx, f, l)
		if found != nil && l.hit && (found.Status == Fail || found.Status == Warn) { // its line may be of minutes ago: what is wrong with the handshake was seen just now
			found.Status, found.When = Fail, Now
		}
		return found
	})
}

// handshakeFails judges what a line said and what a handshake of our own brings; nil when something else is wrong.
func handshakeFails(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
	rules, said := l.tlsRules(), line.Message
	found := &Finding{Confidence: 0.95, Where: l.spoken(), Evidence: []Evidence{lineOf(l.Site.Gateway.Root, l.spoken())}, Covers: tlsCovers}
	if rules.off {
		found.Summary = fmt.Sprintf("Apache is told to speak TLS to %s, and may not: SSLProxyEngine is off", l.Address())
		found.Fix = engineOn(ctx, f, l)
		return found
	}
	t := tryTLS(ctx, f, l)
	if t.refused != nil || l.Site.Gateway.Kind == "haproxy" && t.err == nil && !t.wantsCert {
		return nil
	}
	why := alert(line)
	if (why == "" || l.Site.Gateway.Kind == "haproxy") && t.err != nil {
		why = strings.TrimPrefix(t.err.Error(), "remote error: ")
	}
	found.Summary = fmt.Sprintf("the TLS handshake with %s fails: %s", l.Address(), why)
	switch {
	case t.belowOnly:
		found.Summary = fmt.Sprintf("%s takes TLS 1.2 at most, and %s offers TLS 1.3 alone", l.Address(), l.From)
		found.Fix = offerTLS13(ctx, f, l)
		found.Fix.Title = "Offer TLS 1.2 to the app as well"
		found.blameSetting(l, "ssl_protocols")
	case t.versionOnly || strings.Contains(said, "alert number 70"):
		if t.versionOnly {
			found.Summary = fmt.Sprintf("%s takes TLS 1.3 only, and %s offers at most %s", l.Address(), l.From, tls.VersionName(rules.most))
		}
		found.Fix = offerTLS13(ctx, f, l)
		found.blameSetting(l, "ssl_protocols")
	case t.name != "":
		found.Summary = fmt.Sprintf("%s wants to be called %s, and %s %s", l.Address(), t.name, l.From, calls(rules.name))
		found.Fix = callBy(ctx, f, l, t.name)
	case (t.wantsCert || strings.Contains(said, "alert number 45")) && clientRanOut(f, l, found):
	case t.wantsCert:
		found.Summary = fmt.Sprintf("%s asks %s for a client certificate", l.Address(), l.From)
		found.Fix = clientCertificate(l)
	case strings.Contains(said, "alert number 112") || l.Site.Gateway.Kind != "nginx":
		found.Fix = callBy(ctx, f, l, nameFor(l))
	case l.setting("ssl_ciphers").Set() && t.err == nil:
		found.Summary = fmt.Sprintf("%s and %s find no cipher that both take: the list of ciphers is %s's own", l.From, l.Address(), l.From)
		found.blameSetting(l, "ssl_ciphers")
		found.Fix = withoutCiphers(ctx, f, l, l.setting("ssl_ciphers").Place)
	default:
		name := callByPairs(l, nameFor(l))
		found.blameSetting(l, "ssl_protocols", "ssl_ciphers")
		found.Fix = nginxFix(ctx, f, l, Fix{Title: "Send the app its name and offer all present versions", Risk: Low}, append(name, pair{l.family() + "_ssl_protocols", "TLSv1.2 TLSv1.3"})...)
	}
	return found
}

// withoutCiphers takes a list of ciphers out: OpenSSL's own is a sound one. One certificate of the app's, RSA or ECDSA, fits only a part of
// the ciphers of TLS 1.2.
func withoutCiphers(ctx context.Context, f *sysinfo.Facts, l *live, at sysinfo.Place) Fix {
	root := l.Site.Gateway.Root
	line := configLine(root, at)
	x := Fix{Title: "Offer the app the ciphers that OpenSSL offers by itself", Risk: Low, Undo: setLine(root, at, line)}
	if !alone(line) {
		x.Undo = ""
		return x.Tell("Take the list of ciphers out at %s, or add those that fit the app's certificate (ECDSA or RSA)", at)
	}
	return reload(ctx, f, l.Site.Gateway, x.Do("Take the list out: it names no cipher that fits the app's certificate", "%s", commentOut(root, at)))
}

// blameSetting points a finding at the line that sets one of these for the pass, where there is one.
func (found *Finding) blameSetting(l *live, names ...string) {
	for _, name := range names {
		if at := l.settingAt(name); at.Known() {
			found.Where = at
			found.Evidence = append([]Evidence{lineOf(l.Site.Gateway.Root, found.Where)}, found.Evidence...)
			return
		}
	}
}

// settingAt is the line that sets one of nginx's words for the pass, or what Apache has for it.
func (l *live) settingAt(name string) sysinfo.Place {
	switch l.Site.Gateway.Kind {
	case "nginx":
		if set := l.setting(name); set.Set() {
			return set.Place
		}
	case "apache":
		_, a, _ := l.apacheHop()
		if d := siteSetting(l.Site, a, map[string]string{"ssl_protocols": "SSLProxyProtocol"}[name]); d != nil {
			return d.Place
		}
	}
	return sysinfo.Place{}
}

// tlsCovers only echo a TLS that does not come about.
var tlsCovers = []ID{"upstream-returned-5xx", "haproxy-connect-refused", "haproxy-all-servers-down", "upstream-premature-close", "apache-proxypass-wrong-target"}

func calls(name string) string {
	if name == "" {
		return "sends no name"
	}
	return "calls it " + name
}

// alert is what the app said as it hung up, without OpenSSL's own numbers: "tlsv1 unrecognized name (alert 112)".
func alert(line sysinfo.LogLine) string {
	text, number, ok := strings.Cut(line.Message, ":SSL alert number ")
	if !ok {
		return what(line)
	}
	number, _, _ = strings.Cut(number, ")")
	text = text[strings.LastIndexByte(text, ':')+1:]
	return fmt.Sprintf("%s (alert %s)", text, number)
}
