package checks

import (
	"crypto/tls"
	"path"
	"slices"
	"strings"

	"fix502/sysinfo"
	"fix502/sysinfo/apache"
	"fix502/sysinfo/haproxy"
)

// tlsRules are how a gateway speaks TLS to an app, by its configuration.
type tlsRules struct {
	off    bool          // Apache's SSLProxyEngine
	name   string        // the name it calls the app by (SNI); empty: none
	most   uint16        // the highest version it offers
	only13 bool          // and no version below 1.3
	checks bool          // whether the app's certificate has to be signed by somebody it knows
	dates  bool          // whether it must not have expired
	common bool          // whether a name may also stand in its subject, as it did before 2000
	ca     string        // the file of those, as it is written; empty: the system's own
	file   string        // the same with its whole path
	bears  string        // the name that the certificate has to bear; empty: any
	at     sysinfo.Place // the line that chooses the authority, or asks for the check
}

// systemAuthorities is where Debian, Arch and Alpine keep the certificates of all authorities in one file; Fedora has a link there.
const systemAuthorities = "/etc/ssl/certs/ca-certificates.crt"

// speaksTLS says that the gateway is told to speak TLS to the app.
func (l *live) speaksTLS() bool {
	return l.Scheme == "https" || l.Scheme == "grpcs" || l.Scheme == "suwsgi"
}

func (l *live) tlsRules() tlsRules {
	r := l.tlsWritten()
	r.file = r.ca
	if r.ca == "" || path.IsAbs(r.ca) {
		return r
	}
	switch x := l.Site.Gateway.Extra.(type) {
	case *sysinfo.Nginx:
		r.file = path.Join(path.Dir(l.Site.Gateway.Config), r.ca)
	case *sysinfo.Apache:
		r.file = path.Join(x.Config.Root(), r.ca)
	case *sysinfo.HAProxy:
		for _, set := range x.Config.Global().All("ca-base") {
			r.file = path.Join(strings.Join(set.Words[1:], " "), r.ca)
		}
	}
	return r
}

func (l *live) tlsWritten() tlsRules {
	switch l.Site.Gateway.Kind {
	case "apache":
		return l.apacheTLS()
	case "haproxy":
		return l.haproxyTLS()
	case "caddy":
		return l.caddyTLS()
	case "traefik":
		return l.traefikTLS()
	}
	return l.nginxTLS()
}

// nginxTLS: no name unless told to, TLS 1.2 at most before 1.23.4, no checks unless told to.
func (l *live) nginxTLS() tlsRules {
	r := tlsRules{most: tls.VersionTLS13, checks: l.setting("ssl_verify").On(), common: true, at: l.setting("ssl_trusted_certificate").Place, ca: l.setting("ssl_trusted_certificate").Value()}
	if versions := l.setting("ssl_protocols").Args; !slices.Contains(versions, "TLSv1.3") {
		r.most = tls.VersionTLS12
	} else {
		r.only13 = len(versions) == 1
	}
	if !r.at.Known() {
		r.at = l.setting("ssl_verify").Place
	}
	name := l.setting("ssl_name").Value()
	if name == "" || strings.Contains(name, "$") {
		name = nameFor(l)
	}
	if l.setting("ssl_server_name").On() {
		r.name = name
	}
	if r.checks {
		r.bears, r.dates = name, true
	}
	return r
}

// apacheTLS: the name in the address, or the visitor's with ProxyPreserveHost; it has to be in the certificate even
// where nobody checks who signed it (ssl_engine_io.c, ssl_io_filter_handshake).
func (l *live) apacheTLS() tlsRules {
	r := tlsRules{most: tls.VersionTLS13, name: l.Host, common: true}
	set := func(name string) *apache.Directive {
		_, a, _ := l.apacheHop()
		return siteSetting(l.Site, a, name)
	}
	if d := set("ProxyPreserveHost"); d != nil && d.On() {
		r.name = l.Site.Name
	}
	r.off = set("SSLProxyEngine") == nil || !set("SSLProxyEngine").On()
	if d := set("SSLProxyCheckPeerName"); d == nil || d.On() {
		r.bears = r.name
	}
	if d := set("SSLProxyCheckPeerExpire"); d == nil || d.On() {
		r.dates = true
	}
	if d := set("SSLProxyVerify"); d != nil && !strings.EqualFold(d.Arg(0), "none") {
		r.checks, r.at = true, d.Place
	}
	if d := set("SSLProxyCACertificateFile"); d != nil {
		r.ca, r.at = d.Arg(0), d.Place
	}
	if d := set("SSLProxyProtocol"); d != nil && !offers(d.Args, "tlsv1.3") {
		r.most = tls.VersionTLS12
	} else {
		r.only13 = d != nil && !offers(d.Args, "tlsv1.2")
	}
	return r
}

// offers reads SSLProxyProtocol: "all -TLSv1.3", "-all +TLSv1.2", "TLSv1.2".
func offers(words []string, version string) bool {
	has := false
	for _, w := range words {
		switch strings.ToLower(w) {
		case "all", "+all", version, "+" + version:
			has = true
		case "-all", "-" + version:
			has = false
		}
	}
	return has
}

// haproxyTLS: no name unless told to; verify is on unless told not to.
func (l *live) haproxyTLS() tlsRules {
	s, ok := l.Extra.(haproxy.Server)
	if !ok {
		return tlsRules{most: tls.VersionTLS13}
	}
	r := tlsRules{most: tls.VersionTLS13, checks: s.Verify, dates: s.Verify, common: true, ca: s.Full.After("ca-file"), at: l.Where, name: l.sniOf(s), bears: s.Full.After("verifyhost")}
	if r.ca == "@system-ca" {
		r.ca = ""
	}
	if r.bears == "" && r.checks {
		r.bears = r.name
	}
	r.only13 = s.Full.Has("force-tlsv13") || s.Full.After("ssl-min-ver") == "TLSv1.3"
	if s.Full.Has("no-tlsv13") || s.Full.Has("force-tlsv12") || s.Full.Has("ssl-max-ver") && s.Full.After("ssl-max-ver") != "TLSv1.3" {
		r.most = tls.VersionTLS12
	}
	return r
}

// sniOf is the name that a server's "sni" stands for: a fixed one, else the visitor's.
func (l *live) sniOf(s haproxy.Server) string {
	word := s.Full.After("sni")
	if name, ok := strings.CutPrefix(word, "str("); ok {
		return strings.TrimSuffix(name, ")")
	}
	if word != "" {
		return l.Site.Name
	}
	return ""
}

// caddyTLS: the name in the address, and a check against the system's authorities, unless told otherwise.
func (l *live) caddyTLS() tlsRules {
	r := tlsRules{most: tls.VersionTLS13, checks: true, dates: true, name: l.Host, at: l.Where}
	h, ok := l.Extra.(sysinfo.CaddyHop)
	if !ok {
		return r
	}
	set := h.Pass.Settings
	if v, ok := set["tls_server_name"]; ok && !strings.Contains(v.Text, "{") {
		r.name = v.Text
	}
	for _, key := range []string{"tls_trusted_ca_certs", "tls_trust_pool"} {
		if v, ok := set[key]; ok {
			r.ca, r.at = strings.TrimPrefix(v.Text, "file "), v.Place
		}
	}
	r.bears = r.name
	if v, ok := set["tls_insecure_skip_verify"]; ok {
		r.checks, r.dates, r.bears, r.at = false, false, "", v.Place
	}
	return r
}

// traefikTLS: as Caddy's, with the service's serversTransport.
func (l *live) traefikTLS() tlsRules {
	r := tlsRules{most: tls.VersionTLS13, checks: true, dates: true, name: l.Host, at: l.Where}
	h, ok := l.Extra.(sysinfo.TraefikHop)
	t, own := l.Site.Gateway.Extra.(*sysinfo.Traefik)
	if !ok || !own {
		return r
	}
	set := t.Config.Transports[strings.TrimSuffix(h.Service.Transport, "@file")]
	if set.ServerName.Text != "" {
		r.name = set.ServerName.Text
	}
	if set.RootCAs.Set() {
		r.ca, r.at = set.RootCAs.Text, set.RootCAs.Place
	}
	r.bears = r.name
	if set.Insecure.Text == "true" {
		r.checks, r.dates, r.bears = false, false, ""
	}
	return r
}
