package checks

import (
	"context"
	"fmt"
	"path"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/apache"
	"fix502/sysinfo/haproxy"
)

// callBy lets a gateway call the app by a name, and expect that name in its certificate.
func callBy(ctx context.Context, f *sysinfo.Facts, l *live, name string) Fix {
	x := Fix{Title: "Call the app by the name it goes by", Risk: Low}
	switch l.Site.Gateway.Kind {
	case "apache":
		x = apacheCalls(ctx, f, l, x, name)
	case "haproxy":
		pairs := []pair{{"sni", "str(" + name + ")"}}
		if s, ok := l.Extra.(haproxy.Server); ok {
			if s.Full.Has("verifyhost") {
				pairs = append(pairs, pair{"verifyhost", name})
			}
			if s.Check {
				pairs = append(pairs, pair{"check-sni", name})
			}
		}
		x = setServer(l, x, pairs...)
	case "caddy":
		x = setTransport(l, x, pair{"tls_server_name", name})
	case "traefik":
		return x.Tell("Give the service at %s a transport: 'serversTransport: app' in its loadBalancer, and 'serverName: %s' for 'app' under http.serversTransports", l.Where, name)
	default:
		return nginxFix(ctx, f, l, x, callByPairs(l, name)...)
	}
	return reload(ctx, f, l.Site.Gateway, x)
}

func callByPairs(l *live, name string) []pair {
	fam := l.family()
	return []pair{{fam + "_ssl_server_name", "on"}, {fam + "_ssl_name", name}}
}

// offerTLS13 lets a gateway offer it.
func offerTLS13(ctx context.Context, f *sysinfo.Facts, l *live) Fix {
	x := Fix{Title: "Offer TLS 1.3 to the app", Risk: Low}
	switch l.Site.Gateway.Kind {
	case "apache":
		_, a, _ := l.apacheHop()
		if d := siteSetting(l.Site, a, "SSLProxyProtocol"); d != nil {
			at := d.Place
			x.Undo = setLine(l.Site.Gateway.Root, at, configLine(l.Site.Gateway.Root, at))
			return reload(ctx, f, l.Site.Gateway, x.Do("Let Apache offer every present version", "%s", setLine(l.Site.Gateway.Root, at, "SSLProxyProtocol all -SSLv3 -TLSv1 -TLSv1.1")))
		}
		return x.Tell("This Apache's OpenSSL knows no TLS 1.3: allow TLS 1.2 in the app")
	case "haproxy":
		if s, ok := l.Extra.(haproxy.Server); ok {
			old := configLine(l.Site.Gateway.Root, l.Where)
			if text := unlimited(old, s.Line, "no-tlsv13", "force-tlsv12", "force-tlsv13", "ssl-max-ver", "ssl-min-ver"); text != old {
				x.Undo = setLine(l.Site.Gateway.Root, l.Where, old)
				return reload(ctx, f, l.Site.Gateway, x.Do("Take the limit off "+l.Where.String(), "%s", setLine(l.Site.Gateway.Root, l.Where, text)))
			}
		}
		return x.Tell("Take no-tlsv13, force-tlsv12 or ssl-max-ver out of default-server, or ssl-default-server-options in the global section")
	case "caddy", "traefik":
		return x.Tell("%s offers TLS 1.3 by itself: look at the app's own list of versions and ciphers", l.From)
	}
	return nginxFix(ctx, f, l, x, pair{l.family() + "_ssl_protocols", "TLSv1.2 TLSv1.3"})
}

// unlimited drops keywords of a server's line, each with its value where it has one.
func unlimited(text string, line haproxy.Line, keys ...string) string {
	for _, key := range keys {
		if !line.Has(key) {
			continue
		}
		if key == "ssl-max-ver" || key == "ssl-min-ver" {
			text = strings.Replace(text, " "+key+" "+line.After(key), "", 1)
		}
		text = strings.Replace(text, " "+key, "", 1)
	}
	return text
}

// engineOn lets Apache speak TLS to apps at all.
func engineOn(ctx context.Context, f *sysinfo.Facts, l *live) Fix {
	return reload(ctx, f, l.Site.Gateway, speakTLS(l, Fix{Title: "Let Apache speak TLS to apps", Risk: Low}))
}

// speakTLS loads what Apache needs for that, and says so in the site.
func speakTLS(l *live, x Fix) Fix {
	_, a, _ := l.apacheHop()
	if !a.Config.Has("ssl_module") {
		x = enableModule(l.Site.Gateway, a, x, "ssl_module")
	}
	set := apache.Setting{Name: "SSLProxyEngine"}
	if d := siteSetting(l.Site, a, "SSLProxyEngine"); d != nil {
		set.Value, set.Place = d.Arg(0), d.Place
	}
	return setApache(l, x, set, "On")
}

// clientCertificate says where each gateway has it.
func clientCertificate(l *live) Fix {
	x := Fix{Title: "Give " + l.From + " the certificate the app asks for", Risk: Medium}
	fam := l.family()
	what := map[string]string{
		"apache":  "SSLProxyMachineCertificateFile (certificate and key in one file) in the site",
		"haproxy": "crt FILE (certificate and key in one file) on the server's line",
		"caddy":   "tls_client_auth CERTIFICATE KEY in the transport http block of its reverse_proxy",
		"traefik": "certificates (certFile, keyFile) of its serversTransport",
	}[l.Site.Gateway.Kind]
	if what == "" {
		what = fmt.Sprintf("%s_ssl_certificate and %s_ssl_certificate_key", fam, fam)
	}
	return x.Tell("Get a client certificate from whoever runs the app, and set %s, at %s", what, l.spoken())
}

// clientRanOut: the gateway has a certificate to show, and it ran out.
func clientRanOut(f *sysinfo.Facts, l *live, found *Finding) bool {
	set := l.setting("ssl_certificate")
	if !set.Set() {
		return false
	}
	name := set.Value()
	if !path.IsAbs(name) {
		name = path.Join(path.Dir(l.Site.Gateway.Config), name)
	}
	for _, c := range certFiles(f, path.Dir(name)) {
		if c.name != name || f.Host.Now().Before(c.NotAfter) {
			continue
		}
		found.Summary = fmt.Sprintf("the certificate that %s shows to %s ran out at %s: %s", l.From, l.Address(), c.NotAfter.UTC().Format("2006-01-02 15:04 MST"), name)
		found.Where = set.Place
		found.Evidence = append([]Evidence{lineOf(l.Site.Gateway.Root, set.Place), {Source: "openssl x509 -enddate -subject -noout -in " + name, Text: fmt.Sprintf("for %s, until %s", c.Subject.CommonName, c.NotAfter.UTC().Format("2006-01-02 15:04:05 MST"))}}, found.Evidence...)
		found.Fix = Fix{Title: "Renew the certificate that " + l.From + " shows", Risk: Medium}.
			Tell("Have whoever runs the app, or its authority (%s), sign a new one for the same key, and put it into %s", Quote(c.Issuer.CommonName), name).
			Tell("Then nginx -t && systemctl reload nginx: it reads the file at its reload only")
		return true
	}
	return false
}
