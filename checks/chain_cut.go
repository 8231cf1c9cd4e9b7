package checks

import (
	"bytes"
	"cmp"
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// wholeChain helps where a web server behind the gateway shows its certificate without the one that signed it, and the file that has both lies
// beside: cert.pem instead of certbot's fullchain.pem. Browsers often find the missing one themselves, gateways never do.
func wholeChain(ctx context.Context, f *sysinfo.Facts, l *live, leaf *x509.Certificate, ca string, found *Finding) (Fix, bool) {
	inner := f.Inner(ctx, l.Hop)
	if inner == nil || leaf == nil || inner.Gateway.Foreign {
		return Fix{}, false
	}
	r := inner.Gateway.Root
	roots := certificatesIn(l.Site.Gateway.Root, cmp.Or(ca, systemAuthorities))
	for _, p := range serverPairs(inner.Gateway) {
		shown := certificatesIn(r, p.cert)
		if len(shown) != 1 || !bytes.Equal(shown[0].Raw, leaf.Raw) {
			continue
		}
		whole := wholeBeside(f, r, p.cert, leaf, func(chain []*x509.Certificate) bool { return vouchedFor(chain, roots, f) })
		if whole == "" {
			continue
		}
		found.Summary += fmt.Sprintf("; %s shows it without the one that signed it, and %s has both", inner.Gateway.Title(), whole)
		found.Where = p.certAt
		found.Evidence = append(found.Evidence, Evidence{Source: whole, Text: "the same certificate, and the one by which it leads to an authority that " + l.From + " knows"})
		return showWhole(ctx, f, inner.Gateway, p.certAt, p.certOld, whole), true
	}
	return Fix{}, false
}

// wholeBeside is the file beside a certificate that holds it together with those that vouch for it, as certbot's fullchain.pem does.
func wholeBeside(f *sysinfo.Facts, r sysinfo.Root, name string, leaf *x509.Certificate, good func(chain []*x509.Certificate) bool) string {
	for _, c := range certFiles(f, path.Dir(name)) {
		if chain := certificatesIn(r, c.name); len(chain) > 1 && bytes.Equal(c.Raw, leaf.Raw) && good(chain) {
			return c.name
		}
	}
	return ""
}

// showWhole names the whole chain in the place of the certificate alone.
func showWhole(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, at sysinfo.Place, old, whole string) Fix {
	set := path.Join(path.Dir(old), path.Base(whole))
	x := Fix{Title: "Let " + g.Title() + " show the whole chain", Risk: Low, Undo: replace(g.Root, at, set, old)}
	return reload(ctx, f, g, x.Do("Name "+whole+" instead", "%s", replace(g.Root, at, old, set)))
}

// lacksSigner says that a certificate is shown without the one that signed it, which no system has by itself: neither is it among those shown, nor
// an authority that this machine knows. Cloudflare knows those of its own making.
func lacksSigner(r sysinfo.Root, shown []*x509.Certificate) bool {
	if len(shown) == 0 || selfSigned(shown[0]) || slices.ContainsFunc(shown[0].Issuer.Organization, func(o string) bool { return strings.EqualFold(o, "CloudFlare, Inc.") }) {
		return false
	}
	signed := func(by *x509.Certificate) bool { return bytes.Equal(by.RawSubject, shown[0].RawIssuer) }
	if slices.ContainsFunc(shown[1:], signed) {
		return false
	}
	roots := certificatesIn(r, systemAuthorities)
	return len(roots) > 0 && !slices.ContainsFunc(roots, signed)
}

func selfSigned(c *x509.Certificate) bool { return bytes.Equal(c.RawIssuer, c.RawSubject) }

// vouchedFor says that the first certificate of a chain is vouched for by one of some authorities, by way of the others.
func vouchedFor(chain, roots []*x509.Certificate, f *sysinfo.Facts) bool {
	known, between := x509.NewCertPool(), x509.NewCertPool()
	for _, c := range roots {
		known.AddCert(c)
	}
	for _, c := range chain[1:] {
		between.AddCert(c)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{Roots: known, Intermediates: between, CurrentTime: f.Host.Now(), KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	return err == nil
}

// certificatesIn are all that stand in a file.
func certificatesIn(r sysinfo.Root, name string) []*x509.Certificate {
	b, err := r.ReadFile(name)
	if err != nil {
		return nil
	}
	var out []*x509.Certificate
	for block, rest := pem.Decode(b); block != nil; block, rest = pem.Decode(rest) {
		if c, err := x509.ParseCertificate(block.Bytes); err == nil && block.Type == "CERTIFICATE" {
			out = append(out, c)
		}
	}
	return out
}
