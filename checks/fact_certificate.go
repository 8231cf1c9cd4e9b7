package checks

import (
	"context"
	"crypto/x509"
	"encoding/pem"
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
strict) then answers 526 or 525. Renew it two weeks ahead; certbot does it by itself as long as its timer runs.`,
		Run: perSite(func(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
			c, where, err := certificateOf(ctx, f, s)
			if err != nil {
				return &Finding{Status: Unknown, Summary: why(err)}
			}
			if c == nil {
				return nil
			}
			left := c.NotAfter.Sub(f.Host.Now())
			found := &Finding{Status: Pass, Summary: fmt.Sprintf("%s: its certificate is good for %s, until %s", s, lasting(left), c.NotAfter.Format("2006-01-02"))}
			found.Evidence = []Evidence{{Source: where.String(), Text: fmt.Sprintf("for %s, by %s, from %s to %s", strings.Join(c.DNSNames, ", "), c.Issuer.CommonName, c.NotBefore.Format("2006-01-02"), c.NotAfter.Format("2006-01-02 15:04"))}}
			switch {
			case left <= 0:
				found.Status, found.Summary = Warn, fmt.Sprintf("%s: its certificate ended %s ago, at %s", s, lasting(-left), c.NotAfter.Format("2006-01-02 15:04"))
			case left < 14*24*time.Hour:
				found.Status = Warn
			case sysinfo.PublicName(s.Name) && c.VerifyHostname(s.Name) != nil:
				found.Status, found.Summary = Warn, fmt.Sprintf("%s: its certificate is for %s", s, strings.Join(c.DNSNames, ", "))
			}
			if found.Status == Warn {
				found.Where = where
				found.Fix = Fix{Title: "Renew it", Risk: Low}.Tell("With certbot: certbot certificates shows what it keeps, certbot renew renews what is due; then reload the web server. In a panel: SSL/TLS → the domain → renew")
			}
			return found
		}),
	}
}

// certificateOf is what a TLS site shows: as it was presented when the site was asked, else from the file it names.
func certificateOf(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) (*x509.Certificate, sysinfo.Place, error) {
	name, where := certificateFile(s)
	for _, a := range f.Answers(ctx, s) {
		if len(a.Certs) > 0 {
			return a.Certs[0], where, nil
		}
	}
	if !strings.HasPrefix(name, "/") || strings.Contains(name, "$") {
		return nil, where, nil
	}
	b, err := s.Gateway.Root.ReadFile(name)
	if err != nil {
		return nil, where, err
	}
	block, _ := pem.Decode(b)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, where, nil // config-test-fails says so
	}
	c, err := x509.ParseCertificate(block.Bytes)
	return c, where, err
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
