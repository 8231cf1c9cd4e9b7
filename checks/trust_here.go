package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
)

// trust lets a gateway speak TLS to an app of this machine, and know it by the certificate that it has now: on loopback
// nobody else can show it.
func trust(ctx context.Context, f *sysinfo.Facts, l *live, x Fix, old string) Fix {
	root, at := l.Site.Gateway.Root, l.reach.Addr.String()
	dir := "/etc/" + l.Site.Gateway.Kind
	if !root.Exists(dir) { // a gateway of the admin's own making
		dir = path.Dir(l.Site.Gateway.Config)
	}
	file := fmt.Sprintf("%s/%s-%d.pem", dir, strings.ReplaceAll(l.reach.Addr.Addr().String(), ":", "-"), l.Port)
	keep := func(x Fix) Fix {
		return x.Do("Keep the app's certificate as the one to expect: it is on this machine, and nobody else can be at its port",
			"openssl s_client -connect %s -showcerts </dev/null 2>/dev/null | openssl x509 -out %s && chmod 644 %s", at, sh(file), sh(file))
	}
	again := "When the app gets another certificate, save it again"
	if l.Site.Gateway.Kind == "haproxy" {
		if a, err := l.askApp(ctx, f, sysinfo.Question{TLS: true, Host: l.Host, URI: "/"}); err == nil && len(a.Certs) > 0 && !selfSigned(a.Certs[0]) { // OpenSSL wants the authority itself
			words, say := "ssl verify none", "The app's certificate is signed by an authority that is not known here, so it is not looked at: on this machine nobody else can be at its port"
			if by := signerOf(ctx, f, l, tlsRules{}, a.Certs); by.file != "" {
				words, say = "ssl verify required ca-file "+by.file, by.file+" is the authority that signed the app's certificate"
			}
			return reload(ctx, f, l.Site.Gateway, x.Do("Speak TLS on "+l.Where.String()+". "+say, "%s", setLine(root, l.Where, withWords(old, words))))
		}
		x = keep(x).Do("Speak TLS on "+l.Where.String(), "%s", setLine(root, l.Where, withWords(old, "ssl verify required ca-file "+file)))
		return reload(ctx, f, l.Site.Gateway, x).Tell("%s", again)
	}
	pairs := certPairs(ctx, f, l, file)
	if pairs[0].value == file {
		x = keep(x)
	} else {
		x = x.Tell("The app's certificate names no host (subjectAltName), or is out of date, and Caddy takes no such one: it is not looked at, for on this machine nobody else can be at the app's port")
	}
	undo := ""
	if _, bare, ok := strings.Cut(l.Raw, "http://"); ok { // a scheme and a transport that contradict each other are refused
		x = x.Do("Correct "+l.Where.String(), "%s", replace(root, l.Where, l.Raw, "https://"+bare))
		undo = "; " + replace(root, l.Where, "https://"+bare, l.Raw)
	}
	x = setTransport(l, x, append([]pair{{"tls", ""}}, pairs...)...)
	x.Undo += undo
	if x = reload(ctx, f, l.Site.Gateway, x); pairs[0].value == file {
		return x.Tell("%s", again)
	}
	return x
}

// certPairs are the settings by which Caddy knows an app of this machine by the certificate it has. Go takes no certificate that names no
// host in its subjectAltName (crypto/x509), as "openssl req -subj" alone makes them, and none that ran out: such a one is not looked at, and
// no less is known of the app than in the plain HTTP of before.
func certPairs(ctx context.Context, f *sysinfo.Facts, l *live, file string) []pair {
	a, err := l.askApp(ctx, f, sysinfo.Question{TLS: true, Host: l.Host, URI: "/"})
	if err != nil || len(a.Certs) == 0 {
		return []pair{{"tls_trusted_ca_certs", file}}
	}
	cert, now := a.Certs[0], f.Host.Now()
	switch {
	case now.After(cert.NotAfter) || now.Before(cert.NotBefore):
	case cert.VerifyHostname(l.Host) == nil:
		return []pair{{"tls_trusted_ca_certs", file}}
	case len(cert.DNSNames) > 0:
		return []pair{{"tls_trusted_ca_certs", file}, {"tls_server_name", strings.Replace(cert.DNSNames[0], "*", "www", 1)}}
	}
	return []pair{{"tls_insecure_skip_verify", ""}}
}
