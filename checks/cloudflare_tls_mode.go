package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
)

// cloudflareTLSMode looks at what is shown here as Cloudflare's strict mode does. Which mode is set, no file of this machine tells: it warns.
func cloudflareTLSMode() Check {
	return Check{
		ID: "cloudflare-525-526-ssl-mode", Title: "The origin's certificate fits Cloudflare's mode", Topic: CDN,
		Means: `525: the TLS handshake with your server failed. 526: its certificate is not valid and the mode is Full (strict): expired, self-signed or for another
name. Renew it or install an Origin CA certificate; do not go back to Flexible. Looked at here: a handshake for the site's name, with all that Cloudflare offers, and
the certificate that is shown.`,
		Run: perSite(func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
			if inFrontOf(ctx, f, s) != "Cloudflare" {
				return nil
			}
			for _, other := range s.Gateway.Sites {
				if !sameNames(other, s) {
					continue
				}
				if broken := unshaken(ctx, f, other); broken != nil {
					return broken
				}
				if byTLS(other) == 0 {
					continue
				}
				shown, where, err := shownBy(ctx, f, other)
				switch {
				case err != nil:
					return &Finding{Status: Unknown, Summary: why(err)}
				case len(shown) == 0:
					continue
				}
				bad := strictRefuses(ctx, f, other)
				if bad == "" {
					return pass(fmt.Sprintf("%s: Full (strict) takes its certificate", s))
				}
				return &Finding{Status: Warn, Where: where, Summary: fmt.Sprintf("%s: in the mode Full (strict) visitors see a 526, for its certificate %s", s, bad),
					Evidence: []Evidence{{Source: where.String(), Text: fmt.Sprintf("by %s, until %s", shown[0].Issuer.CommonName, shown[0].NotAfter.Format("2006-01-02"))}},
					Fix: Fix{Title: "Show one that Cloudflare takes", Risk: Low}.
						Tell("Cloudflare: SSL/TLS → Origin Server → Create Certificate makes one for this; put it in the place of the one at %s, or let certbot renew its own. Then test and reload", where)}
			}
			return nil
		}),
	}
}
