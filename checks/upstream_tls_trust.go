package checks

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/apache"
)

// ofTheSystem says that a list of authorities is the one of the whole machine: nothing is added to that for one app.
func ofTheSystem(file string) bool {
	for _, dir := range []string{"/etc/ssl/certs/", "/etc/pki/tls/", "/etc/pki/ca-trust/", "/usr/share/ca-certificates/"} {
		if strings.HasPrefix(file, dir) {
			return true
		}
	}
	return false
}

// vouchesForItself says that the app is on this machine, and its certificate signed by itself: it can be asked for it.
func (t *tlsTry) vouchesForItself(l *live) bool {
	return t.cert != nil && t.bears() != "" && bytes.Equal(t.cert.RawIssuer, t.cert.RawSubject) && l.Unix == "" && l.reach.Addr.Addr().IsLoopback()
}

// trustSigner tells a gateway who may sign the app's certificate: with a command where the signer's own certificate lies on this machine, or
// where the app vouches for itself and can be asked for it.
func trustSigner(ctx context.Context, f *sysinfo.Facts, l *live, rules tlsRules, t tlsTry, found *Finding) Fix {
	what := map[string]string{"apache": "SSLProxyCACertificateFile", "haproxy": "ca-file", "caddy": "tls_trusted_ca_certs", "traefik": "rootCAs of its serversTransport"}[l.Site.Gateway.Kind]
	if what == "" {
		what = l.family() + "_ssl_trusted_certificate"
	}
	x := Fix{Title: "Tell " + l.From + " the authority that signed it, or renew it", Risk: Medium}
	by, root := signerOf(ctx, f, l, rules, t.shown), l.Site.Gateway.Root
	if by.file != "" && !by.own {
		found.Evidence = append(found.Evidence, by.says())
	}
	kept, known := t.keeps(f, l, by)
	switch {
	case rules.ca != "" && known && (by.file == "" || ofTheSystem(rules.file)):
		x.Undo = fmt.Sprintf("%s; rm %s", replace(root, rules.at, kept, rules.ca), sh(kept))
		x = x.Do(by.ifMeant(l), "%s", t.keep(l, by, kept)).
			Do("Name it instead of "+rules.ca, "%s", replace(root, rules.at, rules.ca, kept))
	case l.Site.Gateway.Kind == "caddy" && rules.ca == "" && known && t.bears() != "":
		return reload(ctx, f, l.Site.Gateway, caddyTrusts(l, x, t, by, kept))
	case by.file == "":
		return x.Tell("If the app's certificate was changed on purpose: put the certificate of the authority that signed it (for a self-signed one, itself) into the file that %s names (%s), test and reload", what, rules.at).
			Tell("If it has expired: renew it where the app runs. If the name is another: call the app by a name that stands in it")
	case rules.ca != "":
		i, err := root.Stat(rules.file)
		if err != nil || !i.Mode.IsRegular() {
			return x.Tell("%s is that authority: add it to %s", by.file, rules.ca)
		}
		add := by.print()
		if list, err := root.ReadFile(rules.file); err == nil && !bytes.HasSuffix(list, []byte("\n")) {
			add = "{ echo; " + add + "; }"
		}
		x.Undo = fmt.Sprintf("truncate -s %d %s", i.Size, sh(rules.file))
		x = x.Do(fmt.Sprintf("If it was changed on purpose: %s is that authority; let %s trust it as well", by.file, l.From), "%s >>%s", add, sh(rules.file))
	case l.Site.Gateway.Kind == "apache" && known:
		x = setApache(l, x.Do(by.ifMeant(l), "%s", t.keep(l, by, kept)), apache.Setting{Name: what}, kept)
		x.Undo += "; rm " + sh(kept)
	default:
		return x.Tell("%s is that authority: name it with %s", by.file, what)
	}
	return reload(ctx, f, l.Site.Gateway, x)
}

// ifMeant says what is kept, and when that is right.
func (a authority) ifMeant(l *live) string {
	if a.file != "" && !a.own {
		return fmt.Sprintf("If the app's certificate was changed on purpose: %s is the authority that signed it; keep it where %s may read it", a.file, l.From)
	}
	return "The app's certificate is its own authority. If it was changed on purpose: keep it where " + l.From + " may read it"
}

// keeps is the file in which a gateway is to find the app's authority, where that is known and no such file exists.
func (t *tlsTry) keeps(f *sysinfo.Facts, l *live, by authority) (string, bool) {
	stem := t.bears()
	if by.file != "" && !by.own {
		stem = strings.TrimSuffix(path.Base(by.file), path.Ext(by.file))
		if !plainHost(stem) {
			stem = cmp.Or(t.bears(), "app") + "-ca"
		}
	}
	kept := "/etc/ssl/" + stem + ".pem"
	return kept, stem != "" && (by.file != "" || t.vouchesForItself(l)) && !f.Host.Root.Exists(kept)
}

// keep is the command that puts the authority of an app's certificate where a gateway may read it: the certificate and nothing else, for the
// app's file may have its key in it, or be a link by then.
func (t *tlsTry) keep(l *live, by authority, kept string) string {
	if by.file != "" {
		return fmt.Sprintf("%s >%s && chmod 644 %s", by.print(), sh(kept), sh(kept))
	}
	return fmt.Sprintf("openssl s_client -connect %s -servername %s </dev/null 2>/dev/null | openssl x509 >%s && test -s %s", l.reach.Addr, sh(t.bears()), sh(kept), sh(kept))
}

// nameless says that a certificate names no host in its subjectAltName, as "openssl req -subj" alone makes them. Go takes no such one, whatever its subject
// is called (crypto/x509, VerifyHostname).
func (t *tlsTry) nameless() bool {
	return t.cert != nil && len(t.cert.DNSNames)+len(t.cert.IPAddresses) == 0
}

// unlooked has Caddy take an app of this machine with a certificate that it can check by no name.
func unlooked(ctx context.Context, f *sysinfo.Facts, l *live) Fix {
	x := Fix{Title: "Take the app as it is: it is on this machine, and its certificate names no host", Risk: Medium}.
		Tell("Caddy takes no certificate without a host's name (subjectAltName), whoever signed it. That the app is at %s is all that is known of it then, as over plain HTTP: on this machine nobody else can be at its port", l.Address())
	x = setTransport(l, x, pair{"tls_insecure_skip_verify", ""})
	return reload(ctx, f, l.Site.Gateway, x).
		Tell("Better, when there is time: give the app a certificate with a name (openssl req -x509 … -addext subjectAltName=DNS:NAME), let Caddy trust it (tls_trusted_ca_certs, tls_server_name), and take that line out again")
}

// caddyTrusts has Caddy take the app's own authority, and expect what stands in its certificate.
func caddyTrusts(l *live, x Fix, t tlsTry, by authority, kept string, more ...pair) Fix {
	x = x.Do("The app's authority is one of its own. If that is meant so: keep it where "+l.From+" may read it", "%s", t.keep(l, by, kept))
	x = setTransport(l, x, append(more, pair{"tls_trusted_ca_certs", kept})...)
	x.Undo += "; rm " + sh(kept)
	return x
}
