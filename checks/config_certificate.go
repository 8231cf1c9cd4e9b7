package checks

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// aCertificate are the words with which nginx and Apache refuse a certificate: it is not there or none, or its key is another's.
var aCertificate = []string{"cannot load certificate", "key values mismatch", "SSLCertificate"}

// certPair are the two lines of a server that a certificate is read from.
type certPair struct {
	cert, key       string // the files
	certAt, keyAt   sysinfo.Place
	names           []string
	certOld, keyOld string // as the lines write them
}

// serverPairs are the certificates and keys of the servers of a gateway.
func serverPairs(g *sysinfo.Gateway) []certPair {
	var all []certPair
	switch x := g.Extra.(type) {
	case *sysinfo.Nginx:
		for _, s := range x.Config.Servers() {
			if c, k := s.Get("ssl_certificate"), s.Get("ssl_certificate_key"); c.Set() && k.Set() {
				all = append(all, certPair{certOld: c.Value(), keyOld: k.Value(), certAt: c.Place, keyAt: k.Place, names: s.Names})
			}
		}
	case *sysinfo.Apache:
		for _, s := range x.Config.Servers() {
			if c, k := s.Get("SSLCertificateFile"), s.Get("SSLCertificateKeyFile"); c != nil && k != nil && len(c.Args) == 1 && len(k.Args) == 1 {
				all = append(all, certPair{certOld: c.Args[0], keyOld: k.Args[0], certAt: c.Place, keyAt: k.Place, names: s.Names})
			}
		}
	}
	whole := func(s string) string {
		if path.IsAbs(s) {
			return s
		}
		return path.Join(path.Dir(g.Config), s)
	}
	for i, p := range all {
		all[i].cert, all[i].key = whole(p.certOld), whole(p.keyOld)
	}
	return all
}

// pairOf is the certificate and key of the server that names a file as one of the two.
func pairOf(g *sysinfo.Gateway, file string) (certPair, bool) {
	for _, p := range serverPairs(g) {
		if p.cert == file || p.key == file {
			return p, true
		}
	}
	return certPair{}, false
}

// cureCertificate brings a gateway up without the certificate that it cannot read: with the one certbot has issued since under
// another number, with the file beside it that fits, or with one made for the time being.
func (t *confError) cureCertificate(g *sysinfo.Gateway, x Fix, name string) Fix {
	say := fmt.Sprintf("Put the file of %s back, or let it be issued again (certbot certificates lists what is there); or name another one at %s", name, t.place)
	p, ok := pairOf(g, name)
	if !ok || g.Foreign {
		return x.Tell("%s", say)
	}
	r := g.Root
	if dir := renumbered(r, path.Dir(p.cert)); dir != "" && path.Dir(p.cert) == path.Dir(p.key) && r.Exists(dir+"/"+path.Base(p.cert)) && r.Exists(dir+"/"+path.Base(p.key)) {
		x.Undo = undoAll([]string{replace(r, p.certAt, dir+"/", path.Dir(p.cert)+"/"), replace(r, p.keyAt, dir+"/", path.Dir(p.key)+"/")})
		return x.Do(fmt.Sprintf("certbot has issued the certificate again as %s: name that one", path.Base(dir)), "%s", replace(r, p.certAt, path.Dir(p.cert)+"/", dir+"/")).
			Do("And its key", "%s", replace(r, p.keyAt, path.Dir(p.key)+"/", dir+"/"))
	}
	certificate, key := otherHalf(r, p, privateKey(r, p.key), certificateKey), otherHalf(r, p, certificateKey(r, p.cert), privateKey)
	if now, other := certificateIn(r, p.cert), certificateIn(r, certificate); certificate != "" && key != "" && now != nil && other != nil && now.NotAfter.After(other.NotAfter) {
		certificate = "" // the one that is named is the renewed one
	}
	if file := certificate; file != "" {
		t.place = p.certAt
		x.Undo = replace(r, p.certAt, file, p.certOld)
		return x.Do(fmt.Sprintf("%s is a certificate that fits the key: name that one", file), "%s", replace(r, p.certAt, p.certOld, file))
	}
	if file := key; file != "" {
		t.place = p.keyAt
		x.Undo = replace(r, p.keyAt, file, p.keyOld)
		return x.Do(fmt.Sprintf("%s is the key of this certificate: name that one", file), "%s", replace(r, p.keyAt, p.keyOld, file))
	}
	return forTheTimeBeing(g, x, p, say)
}

// forTheTimeBeing lets a server have a certificate of its own making, in new files, so that the gateway starts.
func forTheTimeBeing(g *sysinfo.Gateway, x Fix, p certPair, say string) Fix {
	r := g.Root
	name := "localhost"
	if i := slices.IndexFunc(p.names, plainHost); i >= 0 {
		name = p.names[i]
	}
	cert, key := "/etc/ssl/"+name+"-temporary.pem", "/etc/ssl/"+name+"-temporary.key"
	if !r.Exists("/usr/bin/openssl") || !r.Exists("/etc/ssl") || r.Exists(cert) || r.Exists(key) {
		return x.Tell("%s", say)
	}
	x.Title, x.Risk, x.Workaround = "Start "+g.Title()+" with a certificate for the time being", Medium, true
	x.Undo = fmt.Sprintf("%s; %s; rm %s %s", replace(r, p.keyAt, key, p.keyOld), replace(r, p.certAt, cert, p.certOld), sh(cert), sh(key))
	return x.Tell("%s. Until then the next steps let %s start: browsers warn of such a certificate, everything else works, other sites too", say, g.Title()).
		Do("Make one, for 30 days", "openssl req -x509 -newkey rsa:2048 -nodes -days 30 -subj %s -keyout %s -out %s 2>/dev/null", sh("/CN="+name), sh(key), sh(cert)).
		Do("Name it", "%s", replace(r, p.certAt, p.certOld, cert)).
		Do("And its key", "%s", replace(r, p.keyAt, p.keyOld, key))
}

// renumbered is the folder in which certbot keeps the certificate it issued in the place of one: live/shop.test-0001.
func renumbered(r sysinfo.Root, dir string) string {
	if !strings.Contains(dir, "/live/") {
		return ""
	}
	all, _ := r.Glob(dir + "-[0-9][0-9][0-9][0-9]") // none is common
	if len(all) == 0 {
		return ""
	}
	return slices.Max(all)
}

// otherHalf is a file beside the pair's that holds the other half of a key.
func otherHalf(r sysinfo.Root, p certPair, half crypto.PublicKey, read func(sysinfo.Root, string) crypto.PublicKey) string {
	known, ok := half.(interface{ Equal(crypto.PublicKey) bool })
	if !ok {
		return ""
	}
	for _, dir := range slices.Compact([]string{path.Dir(p.cert), path.Dir(p.key)}) {
		files, err := r.ReadDir(dir)
		if err != nil || len(files) > 200 {
			continue
		}
		for _, name := range files {
			file := path.Join(dir, name)
			if found := read(r, file); found != nil && known.Equal(found) && file != p.cert && file != p.key {
				return file
			}
		}
	}
	return ""
}

// pemOf is what stands in a file that may be a certificate's or a key's; nil when it is too large for that.
func pemOf(r sysinfo.Root, file string) []byte {
	i, err := r.Stat(file)
	if err != nil || !i.Mode.IsRegular() || i.Size > 64<<10 {
		return nil
	}
	b, err := r.ReadFile(file)
	if err != nil {
		return nil
	}
	return b
}

// certificateKey is the public key of a certificate; nil when the file holds none.
func certificateKey(r sysinfo.Root, file string) crypto.PublicKey {
	if c := certificateIn(r, file); c != nil {
		return c.PublicKey
	}
	return nil
}

// certificateIn is the first certificate of a file; nil when it holds none.
func certificateIn(r sysinfo.Root, file string) *x509.Certificate {
	block, _ := pem.Decode(pemOf(r, file))
	if block == nil || block.Type != "CERTIFICATE" {
		return nil
	}
	c, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil
	}
	return c
}

// privateKey is the public half of a private key; nil when the file holds none, or one with a password.
func privateKey(r sysinfo.Root, file string) crypto.PublicKey {
	for block, rest := pem.Decode(pemOf(r, file)); block != nil; block, rest = pem.Decode(rest) {
		if k, err := x509.ParsePKCS8PrivateKey(block.Bytes); err == nil {
			if s, ok := k.(crypto.Signer); ok {
				return s.Public()
			}
		}
		if k, err := x509.ParsePKCS1PrivateKey(block.Bytes); err == nil {
			return k.Public()
		}
		if k, err := x509.ParseECPrivateKey(block.Bytes); err == nil {
			return k.Public()
		}
	}
	return nil
}
