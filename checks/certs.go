package checks

import (
	"bytes"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// certFile is a certificate that lies in a file here.
type certFile struct {
	name string
	*x509.Certificate
}

// certFiles are the certificates of a folder, the first of each file.
func certFiles(f *sysinfo.Facts, dir string) []certFile {
	files, err := f.Host.Root.ReadDir(dir)
	if err != nil || len(files) > 200 {
		return nil
	}
	var out []certFile
	for _, name := range files {
		switch path.Ext(name) {
		case ".pem", ".crt", ".cer":
			b, err := f.Host.Root.ReadFile(path.Join(dir, name))
			if err != nil {
				continue
			}
			block, _ := pem.Decode(b)
			if block == nil || block.Type != "CERTIFICATE" {
				continue
			}
			if c, err := x509.ParseCertificate(block.Bytes); err == nil {
				out = append(out, certFile{path.Join(dir, name), c})
			}
		}
	}
	return out
}

// certNames are the names in them: where an app that wants to be called by name has it from.
func certNames(f *sysinfo.Facts, dir string) []string {
	var out []string
	for _, c := range certFiles(f, dir) {
		for _, n := range append(c.DNSNames, c.Subject.CommonName) {
			if plainHost(n) {
				out = append(out, n)
			}
		}
	}
	return out
}

// appDirs are the folders of whoever listens: where it was started, and those that its command line names.
func appDirs(f *sysinfo.Facts, l *live) []string {
	if l.reach.Owner == nil {
		return nil
	}
	var out []string
	if dir, err := f.Host.Root.Readlink(fmt.Sprintf("/proc/%d/cwd", l.reach.Owner.PID)); err == nil && dir != "/" {
		out = append(out, dir)
	}
	for _, a := range l.reach.Owner.Args {
		if i := strings.LastIndexByte(a, '/'); i > 0 {
			out = append(out, a[:i])
		}
	}
	return out
}

// signerOf is a file beside the app that holds the authority which signed its certificate: for a self-signed one, itself.
func signerOf(f *sysinfo.Facts, l *live, cert *x509.Certificate) string {
	for _, dir := range appDirs(f, l) {
		for _, c := range certFiles(f, dir) {
			own := bytes.Equal(cert.Raw, c.Raw) && bytes.Equal(cert.RawIssuer, cert.RawSubject)
			if own || c.IsCA && cert.CheckSignatureFrom(c.Certificate) == nil {
				return c.name
			}
		}
	}
	return ""
}
