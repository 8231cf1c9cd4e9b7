package checks

import (
	"crypto/x509"
	"encoding/pem"
	"path"
	"strings"

	"fix502/sysinfo"
)

// certNames are the names in certificate files of a folder and the words in its small programs that look like a
// server name: where an app that wants to be called by name has it from.
func certNames(f *sysinfo.Facts, dir string) []string {
	files, err := f.Host.Root.ReadDir(dir)
	if err != nil || len(files) > 200 {
		return nil
	}
	var out []string
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
			c, err := x509.ParseCertificate(block.Bytes)
			if err != nil {
				continue
			}
			for _, n := range append(c.DNSNames, c.Subject.CommonName) {
				if n != "" && !strings.Contains(n, "*") && !strings.Contains(n, " ") {
					out = append(out, n)
				}
			}
		}
	}
	return out
}
