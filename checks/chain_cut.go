package checks

import (
	"bytes"
	"cmp"
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"path"

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
		for _, c := range certFiles(f, path.Dir(p.cert)) {
			if chain := certificatesIn(r, c.name); len(chain) < 2 || !bytes.Equal(c.Raw, leaf.Raw) || !vouchedFor(chain, roots, f) {
				continue
			}
			found.Summary += fmt.Sprintf("; %s shows it without the one that signed it, and %s has both", inner.Gateway.Title(), c.name)
			found.Where = p.certAt
			found.Evidence = append(found.Evidence, Evidence{Source: c.name, Text: "the same certificate, and the one by which it leads to an authority that " + l.From + " knows"})
			whole := path.Join(path.Dir(p.certOld), path.Base(c.name))
			x := Fix{Title: "Let " + inner.Gateway.Title() + " show the whole chain", Risk: Low, Undo: replace(r, p.certAt, whole, p.certOld)}
			return reload(ctx, f, inner.Gateway, x.Do("Name "+c.name+" instead", "%s", replace(r, p.certAt, p.certOld, whole))), true
		}
	}
	return Fix{}, false
}

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
