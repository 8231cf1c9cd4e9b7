package checks

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"path"

	"fix502/sysinfo"
	"fix502/sysinfo/apache"
)

// authority is a certificate on this machine that vouches for an app's.
type authority struct {
	*x509.Certificate
	file        string // where it lies; empty: nowhere that only root may write
	first, last int    // its lines there, where another stands above it; else 0
	own         bool   // it is the app's own, signed by itself
}

// usualSigners are where people keep the authorities of a house of their own.
var usualSigners = []string{"/usr/local/share/ca-certificates", "/etc/pki/ca-trust/source/anchors", "/etc/ssl", "/etc/pki"}

// signerOf is the authority by which an app's certificate is good, as far as it lies on this machine: beside the app, beside the certificate
// of the web server that is the app, beside the authorities that the gateway knows, or where such files usually lie. That it signed is proved
// (crypto/x509); a file that anybody but root may write proves nothing, for it is about to be trusted.
func signerOf(ctx context.Context, f *sysinfo.Facts, l *live, rules tlsRules, shown []*x509.Certificate) authority {
	if len(shown) == 0 || l.Site.Gateway.Foreign {
		return authority{}
	}
	var among authority // a file of its own is better than one among others
	seen := map[string]bool{rules.file: true}
	for _, file := range append(certNamesIn(f, signerDirs(ctx, f, l, rules)...), chainFiles(ctx, f, l)...) {
		if i, err := f.Host.Root.Stat(file); seen[file] || err != nil || !i.Mode.IsRegular() || i.Size > 256<<10 {
			continue
		}
		seen[file] = true
		for n, c := range certificatesIn(f.Host.Root, file) {
			own := bytes.Equal(c.Raw, shown[0].Raw)
			if !selfSigned(c) || !own && !c.IsCA || !vouchedFor(shown, []*x509.Certificate{c}, f) || !rootsOwnFile(f.Host.Root, file) {
				continue
			}
			if n == 0 {
				return authority{Certificate: c, file: file, own: own}
			}
			if among.file == "" {
				among = authority{Certificate: c, file: file, own: own}
				among.first, among.last = blockLines(f.Host.Root, file, c)
			}
		}
	}
	return among
}

// signerDirs are the folders where the authority of an app may lie, the likeliest first.
func signerDirs(ctx context.Context, f *sysinfo.Facts, l *live, rules tlsRules) []string {
	dirs := appDirs(f, l)
	if l.reach.Owner != nil {
		dirs = append(dirs, certificateDirs(f, l, appUnit(ctx, f, l))...)
	}
	for _, file := range append(chainFiles(ctx, f, l), rules.file) {
		if path.IsAbs(file) {
			dirs = append(dirs, path.Dir(file))
		}
	}
	for _, dir := range usualSigners {
		dirs = append(dirs, dir)
		below, err := f.Host.Root.ReadDir(dir)
		if err != nil || len(below) > 100 {
			continue
		}
		for _, name := range below {
			if i, err := f.Host.Root.Stat(path.Join(dir, name)); err == nil && i.Mode.IsDir() {
				dirs = append(dirs, path.Join(dir, name))
			}
		}
	}
	return dirs
}

// chainFiles are the files of certificates of the web server that a hop leads to, where one of this machine does.
func chainFiles(ctx context.Context, f *sysinfo.Facts, l *live) []string {
	inner := f.Inner(ctx, l.Hop)
	if inner == nil || inner.Gateway.Foreign {
		return nil
	}
	var out []string
	for _, p := range serverPairs(inner.Gateway) {
		out = append(out, p.cert)
	}
	if x, ok := inner.Extra.(*apache.Server); ok {
		if d := x.Get("SSLCertificateChainFile"); d != nil {
			out = append(out, d.Arg(0))
		}
	}
	return out
}

// rootsOwnFile says that nobody but root may write a file, or put another in its place.
func rootsOwnFile(r sysinfo.Root, name string) bool {
	i, err := r.Stat(name)
	return err == nil && i.UID == 0 && i.Mode.Perm()&0o022 == 0 && rootsAlone(r, name)
}

// blockLines are the lines of a file on which a certificate begins and ends; 0 where it is not found.
func blockLines(r sysinfo.Root, file string, cert *x509.Certificate) (first, last int) {
	all, err := r.ReadFile(file)
	if err != nil {
		return 0, 0
	}
	for rest := all; ; {
		block, after := pem.Decode(rest)
		if block == nil {
			return 0, 0
		}
		if bytes.Equal(block.Bytes, cert.Raw) {
			end := len(all) - len(after)
			begin := bytes.LastIndex(all[:end], []byte("-----BEGIN"))
			return 1 + bytes.Count(all[:begin], []byte("\n")), 1 + bytes.Count(bytes.TrimRight(all[:end], "\n"), []byte("\n"))
		}
		rest = after
	}
}

// print is the command that prints the certificate and nothing else: its file may hold a key as well.
func (a authority) print() string {
	if a.first > 0 {
		return fmt.Sprintf("sed -n '%d,%dp' %s", a.first, a.last, sh(a.file))
	}
	return "openssl x509 -in " + sh(a.file)
}

// says quotes it.
func (a authority) says() Evidence {
	return Evidence{Source: "openssl x509 -subject -enddate -noout -in " + a.file, Text: fmt.Sprintf("%s, valid until %s; it signed the app's certificate", a.Subject, a.NotAfter.Format("2006-01-02"))}
}
