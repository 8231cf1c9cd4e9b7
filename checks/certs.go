package checks

import (
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

// certFiles are the certificates of folders, the first of each file.
func certFiles(f *sysinfo.Facts, dirs ...string) []certFile {
	var out []certFile
	for _, name := range certNamesIn(f, dirs...) {
		b, err := f.Host.Root.ReadFile(name)
		if err != nil {
			continue
		}
		block, _ := pem.Decode(b)
		if block == nil || block.Type != "CERTIFICATE" {
			continue
		}
		if c, err := x509.ParseCertificate(block.Bytes); err == nil {
			out = append(out, certFile{name, c})
		}
	}
	return out
}

// certNamesIn are the files of folders that are called as certificates are; those of a folder with hundreds, as the system's own, are not.
func certNamesIn(f *sysinfo.Facts, dirs ...string) []string {
	var out []string
	for _, dir := range dirs {
		files, err := f.Host.Root.ReadDir(dir)
		if err != nil || len(files) > 200 {
			continue
		}
		for _, name := range files {
			switch path.Ext(name) {
			case ".pem", ".crt", ".cer":
				out = append(out, path.Join(dir, name))
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
