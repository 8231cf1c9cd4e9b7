package checks

import (
	"context"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/haproxy"
)

// spoken is the line that chooses the protocol: of the pass, or where servers stand on lines of their own, of the server.
func (l *live) spoken() sysinfo.Place {
	switch l.Site.Gateway.Kind {
	case "haproxy":
		if srv, ok := l.Extra.(haproxy.Server); ok && srv.TLS {
			return srv.At("ssl")
		}
		return l.Where
	case "varnish", "caddy", "traefik", "litespeed":
		return l.Where
	}
	if at, ok := l.schemeSet(); ok {
		return at
	}
	return l.Pass
}

// speaking is the hop with the scheme of the gateway's own line, where a variable decides it and the files do not say for whom.
func (l *live) speaking(scheme string) *live {
	if l.Scheme != "" || scheme == "" {
		return l
	}
	hop, as := *l.Hop, *l
	hop.Scheme, as.Hop = scheme, &hop
	return &as
}

// schemeSet is the line that gives nginx the scheme of a pass that begins with a variable, when it names it once.
func (l *live) schemeSet() (sysinfo.Place, bool) {
	h, ok := l.Extra.(sysinfo.NginxHop)
	if !ok {
		return sysinfo.Place{}, false
	}
	at, ok := h.Pass.SchemeSet(l.Scheme)
	return at, ok && strings.Count(configLine(l.Site.Gateway.Root, at), l.Scheme) == 1
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
	if turned, ok := caddyTurn(ctx, f, l, x, old, has); ok {
		return turned
	}
	switch {
	case ours && has == "http" && l.spoken() != l.Where:
		return plainInherited(ctx, f, l, x, old)
	case ours && has == "http":
		return reload(ctx, f, l.Site.Gateway, x.Do("Ask it in plain HTTP at "+l.Where.String(), "%s", setLine(root, l.Where, withoutTLS(old))))
	case ours && has == "http2":
		return reload(ctx, f, l.Site.Gateway, x.Do("Say so on "+l.Where.String(), "%s", setLine(root, l.Where, withWords(old, "proto h2"))))
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
		x = x.Do("Correct "+l.Where.String(), "%s", replace(root, l.Where, was, scheme+"://"+bare))
		if has != "https" && l.Site.Gateway.Kind == "caddy" {
			x = withoutCaddyTLS(root, l.Where, x)
		}
		return reload(ctx, f, l.Site.Gateway, x)
	}
	if plain, ok := plainAgain(ctx, f, l, has); ok {
		return plain
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

// plainInherited takes TLS off a server that has it from a default-server line: off that line where it stands in the server's own backend, else by a
// word of its own (HAProxy's manual, "no-ssl").
func plainInherited(ctx context.Context, f *sysinfo.Facts, l *live, x Fix, old string) Fix {
	root, at := l.Site.Gateway.Root, l.spoken()
	if h, ok := l.Site.Gateway.Extra.(*sysinfo.HAProxy); ok {
		back := h.Config.Backend(l.Block)
		if back != nil && slices.ContainsFunc(back.All("default-server"), func(d haproxy.Line) bool { return d.Place == at }) {
			x.Undo = setLine(root, at, configLine(root, at))
			return reload(ctx, f, l.Site.Gateway, x.Do("Ask the servers of "+l.Block+" in plain HTTP", "%s", setLine(root, at, withoutTLS(configLine(root, at)))))
		}
	}
	return reload(ctx, f, l.Site.Gateway, x.Do("Ask this one in plain HTTP", "%s", setLine(root, l.Where, withWords(old, "no-ssl no-check-ssl"))))
}
