package checks

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// upstreamTLSHandshake: gateway and HTTPS app do not agree on how to speak TLS.
func upstreamTLSHandshake() Check {
	return Check{
		ID: "upstream-tls-handshake", Title: "nginx and HTTPS apps agree on TLS", Topic: Platform,
		Means: `The app wants TLS, and the handshake fails: the app wants to be called by a name that nginx does not send (proxy_ssl_server_name is off
by default), takes only TLS 1.3 while this nginx offers 1.2 at most, or asks for a client certificate. The alert number in the log tells:
112 a name, 70 a version, 40 or 116 no common ground or a certificate. Switching verification off does not help.`,
		Run: logged([]errlog.Kind{errlog.TLSHandshake, errlog.TLSClosed, errlog.TLSTimeout}, func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			if l.Scheme != "https" && l.Scheme != "grpcs" && l.Scheme != "suwsgi" {
				return nil
			}
			found := &Finding{Confidence: 0.95, Where: l.Pass, Summary: fmt.Sprintf("the TLS handshake with %s fails: %s", l.Address(), alert(line)), Evidence: []Evidence{quoteLine(line), lineOf(l.Site.Gateway.Root, l.Pass)}}
			fam := l.family()
			works := tryTLS(ctx, f, l)
			switch {
			case works.versionOnly:
				found.Summary = fmt.Sprintf("%s takes TLS 1.3 only, and nginx offers at most %s", l.Address(), last(l.setting("ssl_protocols").Args))
				found.Fix = nginxFix(ctx, f, l, Fix{Title: "Offer TLS 1.3 to the app", Risk: Low}, pair{fam + "_ssl_protocols", "TLSv1.2 TLSv1.3"})
			case works.name != "":
				found.Summary = fmt.Sprintf("%s wants to be called %s, and nginx sends no name", l.Address(), works.name)
				found.Fix = nginxFix(ctx, f, l, Fix{Title: "Send the name the app wants", Risk: Low}, pair{fam + "_ssl_server_name", "on"}, pair{fam + "_ssl_name", works.name})
			case works.wantsCert:
				found.Summary = fmt.Sprintf("%s asks nginx for a client certificate", l.Address())
				found.Fix = Fix{Title: "Give nginx the certificate the app asks for", Risk: Medium}.Tell("Get a client certificate from whoever runs the app, and set %s_ssl_certificate and %s_ssl_certificate_key at %s", fam, fam, l.Pass)
			case strings.Contains(line.Message, "alert number 112"):
				found.Fix = nginxFix(ctx, f, l, Fix{Title: "Send the app its name", Risk: Low}, pair{fam + "_ssl_server_name", "on"}, pair{fam + "_ssl_name", nameFor(l)})
			case strings.Contains(line.Message, "alert number 70"):
				found.Fix = nginxFix(ctx, f, l, Fix{Title: "Offer all present versions of TLS", Risk: Low}, pair{fam + "_ssl_protocols", "TLSv1.2 TLSv1.3"})
			default:
				found.Fix = nginxFix(ctx, f, l, Fix{Title: "Send the app its name and offer all present versions", Risk: Low}, pair{fam + "_ssl_server_name", "on"}, pair{fam + "_ssl_name", nameFor(l)}, pair{fam + "_ssl_protocols", "TLSv1.2 TLSv1.3"})
			}
			return found
		}),
	}
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

func last(words []string) string {
	if len(words) == 0 {
		return "TLSv1.2"
	}
	return words[len(words)-1]
}

// nameFor is the likeliest name of an HTTPS app.
func nameFor(l *live) string {
	if _, err := netip.ParseAddr(l.Host); err != nil && l.Host != "" && l.Host != "localhost" {
		return l.Host
	}
	return l.Site.Name
}

// tlsTry is what one or two handshakes of our own told.
type tlsTry struct {
	versionOnly bool
	name        string
	wantsCert   bool
	cert        *x509.Certificate
}

// tryTLS shakes hands with an app on this machine as nginx could, once without a name and then with likely ones,
// and hangs up.
func tryTLS(ctx context.Context, f *sysinfo.Facts, l *live) tlsTry {
	var t tlsTry
	if l.reach.Err != nil || !l.reach.Local {
		return t
	}
	old := !slices.Contains(l.setting("ssl_protocols").Args, "TLSv1.3")
	if _, err := shake(ctx, f, l, "", tls.VersionTLS13); err == nil && old {
		if _, err := shake(ctx, f, l, "", tls.VersionTLS12); err != nil {
			t.versionOnly = true
			return t
		}
	}
	for _, name := range likelyNames(f, l) {
		state, err := shake(ctx, f, l, name, tls.VersionTLS13)
		if err == nil {
			t.name = name
			if len(state.PeerCertificates) > 0 {
				t.cert = state.PeerCertificates[0]
			}
			return t
		}
		if strings.Contains(err.Error(), "certificate required") || strings.Contains(err.Error(), "bad certificate") {
			t.wantsCert = true
		}
	}
	return t
}

// likelyNames are names by which the app may want to be called: the configured ones, the site's, those of
// certificate files near the app.
func likelyNames(f *sysinfo.Facts, l *live) []string {
	out := []string{nameFor(l), l.Site.Name}
	if l.reach.Owner != nil {
		if dir, err := f.Host.Root.Readlink(fmt.Sprintf("/proc/%d/cwd", l.reach.Owner.PID)); err == nil && dir != "/" {
			out = append(out, certNames(f, dir)...)
		}
		for _, a := range l.reach.Owner.Args {
			if i := strings.LastIndexByte(a, '/'); i > 0 {
				out = append(out, certNames(f, a[:i])...)
			}
		}
	}
	return out
}
