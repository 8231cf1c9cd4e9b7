package checks

import (
	"context"
	"fmt"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
)

// spoken is the line that chooses the protocol: of the pass, or where servers stand on lines of their own, of the server.
func (l *live) spoken() sysinfo.Place {
	switch l.Site.Gateway.Kind {
	case "haproxy", "varnish", "caddy", "traefik", "litespeed":
		return l.Where
	}
	return l.Pass
}

// respeak changes the protocol on the server's own line.
func respeak(ctx context.Context, f *sysinfo.Facts, l *live, has string) Fix {
	root := l.Site.Gateway.Root
	old := configLine(root, l.Where)
	x := Fix{Title: "Speak " + has + " to " + l.Address(), Risk: Low, Undo: setLine(root, l.Where, old)}
	_, ours := l.Extra.(haproxy.Server)
	if ours && has == "fastcgi" {
		if fcgi, ok := speakFastCGI(ctx, f, l, x, old); ok {
			return fcgi
		}
	}
	switch {
	case ours && has == "http":
		return reload(ctx, f, l.Site.Gateway, x.Do("Ask it in plain HTTP at "+l.Where.String(), "%s", setLine(root, l.Where, withoutTLS(old))))
	case ours && has == "http2":
		return reload(ctx, f, l.Site.Gateway, x.Do("Say so on "+l.Where.String(), "%s", setLine(root, l.Where, old+" proto h2")))
	case has == "https" && l.Unix == "" && l.reach.Local && (ours || l.Site.Gateway.Kind == "caddy"):
		return trust(ctx, f, l, x, old)
	case ours && has == "https":
		return x.Tell("Add to the server's line (%s): ssl verify required ca-file /etc/ssl/certs/ca-certificates.crt sni req.hdr(host); with a certificate of your own, that one's file as ca-file", l.Where)
	case (l.Site.Gateway.Kind == "caddy" || l.Site.Gateway.Kind == "traefik") && (has == "http" || has == "https" || has == "http2"):
		scheme := map[string]string{"http2": "h2c"}[has]
		if scheme == "" {
			scheme = has
		}
		_, bare, ok := strings.Cut(l.Raw, "://")
		if !ok {
			bare = l.Raw
		}
		was := l.Raw
		for _, now := range []string{"https://", "http://", "h2c://"} {
			if strings.Contains(old, now+bare) {
				was = now + bare
			}
		}
		return reload(ctx, f, l.Site.Gateway, x.Do("Correct "+l.Where.String(), "%s", replace(root, l.Where, was, scheme+"://"+bare)))
	}
	return x.Tell("%s is no place for %s to send this: point %s to the address where your app speaks HTTP (ss -ltnp)", l.Address(), l.From, l.Where)
}

// trust lets a gateway speak TLS to an app of this machine, and know it by the certificate that it has now: on loopback
// nobody else can show it.
func trust(ctx context.Context, f *sysinfo.Facts, l *live, x Fix, old string) Fix {
	root, at := l.Site.Gateway.Root, l.reach.Addr.String()
	file := fmt.Sprintf("/etc/%s/%s-%d.pem", l.Site.Gateway.Kind, strings.ReplaceAll(l.reach.Addr.Addr().String(), ":", "-"), l.Port)
	x = x.Do("Keep the app's certificate as the one to expect: it is on this machine, and nobody else can be at its port", "openssl s_client -connect %s -showcerts </dev/null 2>/dev/null | openssl x509 -out %s", at, file)
	if l.Site.Gateway.Kind == "haproxy" {
		x = x.Do("Speak TLS on "+l.Where.String(), "%s", setLine(root, l.Where, old+" ssl verify required ca-file "+file))
		return reload(ctx, f, l.Site.Gateway, x).Tell("When the app gets another certificate, save it again")
	}
	_, bare, ok := strings.Cut(l.Raw, "://")
	if !ok {
		bare = l.Raw
	}
	expect := "\ttransport http {\n\t\ttls_trusted_ca_certs " + file
	if name := certName(ctx, f, l); name != "" {
		expect += "\n\t\ttls_server_name " + name
	}
	expect += "\n\t}"
	line := strings.Replace(old, l.Raw, "https://"+bare, 1)
	if open, inBlock := strings.CutSuffix(line, "{"); inBlock {
		line = open + "{\n" + expect
	} else {
		line += " {\n" + expect + "\n}"
	}
	x = x.Do("Speak TLS on "+l.Where.String(), "%s", setLine(root, l.Where, line))
	return reload(ctx, f, l.Site.Gateway, x).Tell("When the app gets another certificate, save it again")
}

// certName is a name that the app's certificate bears, empty when it bears the one that is asked for.
func certName(ctx context.Context, f *sysinfo.Facts, l *live) string {
	a, err := l.askApp(ctx, f, sysinfo.Question{TLS: true, Host: l.Host, URI: "/"})
	if err != nil || len(a.Certs) == 0 || a.Certs[0].VerifyHostname(l.Host) == nil || len(a.Certs[0].DNSNames) == 0 {
		return ""
	}
	return a.Certs[0].DNSNames[0]
}

// withoutTLS drops what a server's line says of TLS.
func withoutTLS(line string) string {
	var out []string
	words := strings.Fields(line)
	for i := 0; i < len(words); i++ {
		switch words[i] {
		case "ssl", "check-ssl":
		case "proto", "check-proto", "check-alpn": // http/2
			i++
		case "verify", "ca-file", "crt", "sni", "alpn", "verifyhost", "ciphers", "ciphersuites", "ssl-min-ver", "ssl-max-ver":
			i++
		default:
			out = append(out, words[i])
		}
	}
	return strings.Join(out, " ")
}
