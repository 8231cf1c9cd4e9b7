package checks

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"time"

	"fix502/sysinfo"
)

// unshaken is a site whose port for TLS ends the handshake that Cloudflare would begin: for its 525. A silent port says nothing.
func unshaken(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) *Finding {
	if s.Gateway.Foreign || !s.Gateway.Running() {
		return nil
	}
	for _, l := range s.Listen {
		if !l.Addr.IsValid() || l.Proxied || !l.TLS && l.Addr.Port() != 443 {
			continue
		}
		name := s.Name
		if name == "_" {
			name = ""
		}
		addr := reachable(l.Addr)
		err := shakesAs(ctx, f, s.Gateway, addr, name)
		if err == nil {
			continue
		}
		where := l.Place
		if !where.Known() {
			where = s.Where
		}
		found := &Finding{Status: Warn, Where: where, Evidence: []Evidence{{Source: fmt.Sprintf("a TLS handshake with %s for %s", addr, orDefault(name, "no name")), Text: Quote(err.Error())}},
			Summary: fmt.Sprintf("%s: the TLS handshake on port %d fails: behind Cloudflare in its modes Full and Full (strict) visitors see a 525", s, l.Addr.Port())}
		var plain tls.RecordHeaderError
		if errors.As(err, &plain) {
			found.Summary = fmt.Sprintf("%s: port %d speaks plain HTTP: behind Cloudflare in its modes Full and Full (strict) visitors see a 525", s, l.Addr.Port())
			found.Fix = Fix{Title: "Speak TLS there", Risk: Low}.Tell("nginx: listen 443 ssl, with ssl_certificate and ssl_certificate_key; Apache: SSLEngine on with SSLCertificateFile. Then test and reload")
			return found
		}
		found.Fix = Fix{Title: "Let the handshake succeed", Risk: Low}.Tell("Look at this server's ssl_certificate (is there one for this name, or does ssl_reject_handshake turn it away?), ssl_protocols (TLSv1.2 TLSv1.3) and ssl_ciphers; then test and reload")
		return found
	}
	return nil
}

// reachable is an address of this machine by which a listener can be asked.
func reachable(a netip.AddrPort) netip.AddrPort {
	switch {
	case !a.Addr().IsUnspecified():
		return a
	case a.Addr().Is4():
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), a.Port())
	}
	return netip.AddrPortFrom(netip.IPv6Loopback(), a.Port())
}

// shakesAs tries what Cloudflare would; nil as well where nobody was reached, or nothing came in time.
func shakesAs(ctx context.Context, f *sysinfo.Facts, g *sysinfo.Gateway, addr netip.AddrPort, name string) error {
	ctx, cancel := context.WithTimeout(ctx, 300*time.Millisecond)
	defer cancel()
	c, err := f.Host.Dial(ctx, g.Net, "tcp", addr.String())
	if err != nil {
		return nil // nobody there: another check's
	}
	defer c.Close()
	var suites []uint16
	for _, s := range append(tls.CipherSuites(), tls.InsecureCipherSuites()...) {
		suites = append(suites, s.ID)
	}
	err = tls.Client(c, &tls.Config{ServerName: name, InsecureSkipVerify: true, MinVersion: tls.VersionTLS10, CipherSuites: suites}).HandshakeContext(ctx) // we look, we do not trust
	var slow net.Error
	if ctx.Err() != nil || errors.As(err, &slow) && slow.Timeout() {
		return nil
	}
	return err
}
