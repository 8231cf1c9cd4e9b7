package checks

import (
	"bytes"
	"context"
	"crypto/x509"
	"fmt"
	"strings"
	"time"

	"fix502/sysinfo"
	"fix502/sysinfo/apache"
	"fix502/sysinfo/nginx"
)

func originCertificate() Check {
	return Check{
		ID: "origin-certificate", Title: "The origin's certificate is good", Topic: Network,
		Means: `The certificate this server shows for the site: until when, and for which names. Browsers refuse an expired one; a CDN in strict mode (Cloudflare's Full
strict) then answers 526 or 525. Renew it two weeks ahead; certbot does it by itself as long as its timer runs. One that is shown without the certificate
that signed it opens in most browsers, and is refused by everybody else: certbot's fullchain.pem has both, its cert.pem has not.`,
		Run: perSite(func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
			shown, where, err := shownBy(ctx, f, s)
			if err != nil {
				return &Finding{Status: Unknown, Summary: why(err)}
			}
			if len(shown) == 0 {
				return nil
			}
			c := shown[0]
			left := c.NotAfter.Sub(f.Host.Now())
			found := &Finding{Status: Pass, Summary: fmt.Sprintf("%s: its certificate is good for %s, until %s", s, lasting(left), c.NotAfter.Format("2006-01-02"))}
			found.Evidence = []Evidence{{Source: where.String(), Text: fmt.Sprintf("for %s, by %s, from %s to %s", strings.Join(c.DNSNames, ", "), c.Issuer.CommonName, c.NotBefore.Format("2006-01-02"), c.NotAfter.Format("2006-01-02 15:04"))}}
			switch {
			case left <= 0:
				found.Status, found.Summary = Warn, fmt.Sprintf("%s: its certificate ended %s ago, at %s", s, lasting(-left), c.NotAfter.Format("2006-01-02 15:04"))
			case left < dueBefore(c):
				found.Status = Warn
			case sysinfo.PublicName(s.Name) && c.VerifyHostname(s.Name) != nil:
				found.Status, found.Summary = Warn, fmt.Sprintf("%s: its certificate is for %s", s, strings.Join(c.DNSNames, ", "))
			case lacksSigner(s.Gateway.Root, shown):
				return withoutSigner(ctx, f, s, c, where, found)
			}
			if found.Status == Warn {
				found.Where = where
				found.Fix = Fix{Title: "Renew it", Risk: Low}.Tell("With certbot: certbot certificates shows what it keeps, certbot renew renews what is due; then reload the web server. In a panel: SSL/TLS → the domain → renew")
			}
			return found
		}),
	}
}

// dueBefore is how long before its end a certificate should have been renewed: two weeks, and of one that is made for a shorter time a sixth of that. Caddy's
// own authority makes them for twelve hours, Let's Encrypt for six days where asked to, and both are renewed with a third left.
func dueBefore(c *x509.Certificate) time.Duration {
	return min(14*24*time.Hour, c.NotAfter.Sub(c.NotBefore)/6)
}

// withoutSigner is a chain that breaks off behind the site's own certificate.
func withoutSigner(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site, c *x509.Certificate, where sysinfo.Place, found *Finding) *Finding {
	found.Status, found.Where = Warn, where
	found.Summary = fmt.Sprintf("%s: its certificate is shown without the one that signed it (%s): most browsers manage, other programs refuse it, and Cloudflare's Full (strict) answers 526", s, c.Issuer.CommonName)
	name, _ := certificateFile(s)
	whole := ""
	if strings.HasPrefix(name, "/") && !s.Gateway.Foreign && where.Known() {
		whole = wholeBeside(f, s.Gateway.Root, name, c, func(chain []*x509.Certificate) bool { return bytes.Equal(chain[1].RawSubject, c.RawIssuer) })
	}
	if whole != "" {
		found.Summary += "; " + whole + " has both"
		found.Fix = showWhole(ctx, f, s.Gateway, where, name, whole)
		return found
	}
	from := ""
	if len(c.IssuingCertificateURL) > 0 {
		from = " (" + c.IssuingCertificateURL[0] + ")"
	}
	found.Fix = Fix{Title: "Show the whole chain", Risk: Low}.Tell("Put the one that signed it below the site's own in its file: the authority gives it out as CA bundle or intermediate%s; then test and reload", from)
	return found
}

// shownBy are those that a TLS site shows, its own first: as they were presented when the site was asked, else from the file it names.
func shownBy(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) ([]*x509.Certificate, sysinfo.Place, error) {
	name, where := certificateFile(s)
	for _, a := range f.Answers(ctx, s) {
		if len(a.Certs) > 0 {
			return a.Certs, where, nil
		}
	}
	if !strings.HasPrefix(name, "/") || strings.Contains(name, "$") {
		return nil, where, nil
	}
	if _, err := s.Gateway.Root.ReadFile(name); err != nil {
		return nil, where, err
	}
	shown := certificatesIn(s.Gateway.Root, name) // none: config-test-fails says so
	if x, ok := s.Extra.(*apache.Server); ok {
		if d := x.Get("SSLCertificateChainFile"); d != nil {
			shown = append(shown, certificatesIn(s.Gateway.Root, d.Arg(0))...)
		}
	}
	return shown, where, nil
}

func certificateFile(s *sysinfo.Site) (string, sysinfo.Place) {
	switch x := s.Extra.(type) {
	case *nginx.Server:
		for _, c := range x.Certificates() {
			return c.Value(), c.Place
		}
	case *apache.Server:
		if d := x.Get("SSLCertificateFile"); d != nil {
			return d.Arg(0), d.Place
		}
	}
	return "", sysinfo.Place{}
}
