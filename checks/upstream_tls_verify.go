package checks

import (
	"context"
	"crypto/tls"
	"fmt"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// upstreamTLSVerify: nginx checks the app's certificate and does not accept it.
func upstreamTLSVerify() Check {
	return Check{
		ID: "upstream-tls-verify", Title: "nginx accepts the certificates of HTTPS apps", Topic: Platform,
		Means: `nginx was told to check the app's certificate (proxy_ssl_verify on) and does not accept it: it is self-signed (18), has expired (10), was
signed by an authority that nginx does not know (20), or names somebody else. Renew it, or tell nginx the right authority. Switching the
check off would hide it, and let anybody play the app.`,
		Run: logged([]errlog.Kind{errlog.TLSVerify}, func(ctx context.Context, f *sysinfo.Facts, l *live, line sysinfo.LogLine) *Finding {
			at := sysinfo.Place(l.setting("ssl_trusted_certificate").Place)
			if !at.Known() {
				at = sysinfo.Place(l.setting("ssl_verify").Place)
			}
			found := &Finding{Confidence: 0.97, Where: at, Summary: fmt.Sprintf("nginx does not accept the certificate of %s: %s", l.Address(), strings.TrimPrefix(what(line), "upstream SSL certificate verify error: ")), Evidence: []Evidence{quoteLine(line), lineOf(l.Site.Gateway.Root, at)}}
			var names []string
			if state, err := shake(ctx, f, l, nameFor(l), tls.VersionTLS13); err == nil && len(state.PeerCertificates) > 0 {
				c := state.PeerCertificates[0]
				names = c.DNSNames
				found.Evidence = append(found.Evidence, Evidence{Source: "certificate of " + l.Address(), Text: fmt.Sprintf("%s, signed by %s, valid until %s, for %s", c.Subject, c.Issuer, c.NotAfter.Format(time.DateOnly), strings.Join(c.DNSNames, " "))})
			}
			if strings.Contains(line.Message, "does not match") && len(names) > 0 && !strings.Contains(names[0], "*") {
				found.Where = l.Pass
				found.Fix = nginxFix(ctx, f, l, Fix{Title: "Tell nginx the name that the certificate bears", Risk: Low}, pair{l.family() + "_ssl_name", names[0]})
				return found
			}
			found.Fix = Fix{Title: "Tell nginx the authority that signed it, or renew it", Risk: Medium}.
				Tell("If the app's certificate was changed on purpose: put the certificate of the authority that signed it (for a self-signed one, itself) into the file that %s_ssl_trusted_certificate names at %s, then nginx -t and reload", l.family(), at).
				Tell("If it has expired: renew it where the app runs. If the name is another: set %s_ssl_name to one of the names in it", l.family())
			return found
		}),
	}
}
