package checks

import (
	"context"
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
	switch {
	case ours && has == "http":
		return reload(ctx, f, l.Site.Gateway, x.Do("Take TLS off "+l.Where.String(), "%s", setLine(root, l.Where, withoutTLS(old))))
	case ours && has == "http2":
		return reload(ctx, f, l.Site.Gateway, x.Do("Say so on "+l.Where.String(), "%s", setLine(root, l.Where, old+" proto h2")))
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
		return reload(ctx, f, l.Site.Gateway, x.Do("Correct "+l.Where.String(), "%s", replace(root, l.Where, l.Raw, scheme+"://"+bare)))
	}
	return x.Tell("%s is no place for %s to send this: point %s to the address where your app speaks HTTP (ss -ltnp)", l.Address(), l.From, l.Where)
}

// withoutTLS drops what a server's line says of TLS.
func withoutTLS(line string) string {
	var out []string
	words := strings.Fields(line)
	for i := 0; i < len(words); i++ {
		switch words[i] {
		case "ssl", "check-ssl":
		case "verify", "ca-file", "crt", "sni", "alpn", "verifyhost", "ciphers", "ciphersuites", "ssl-min-ver", "ssl-max-ver":
			i++
		default:
			out = append(out, words[i])
		}
	}
	return strings.Join(out, " ")
}
