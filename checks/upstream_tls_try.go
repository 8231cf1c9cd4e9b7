package checks

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"slices"
	"strings"
	"time"

	"fix502/sysinfo"
)

// tlsTry is what a few handshakes of our own told.
type tlsTry struct {
	err         error  // why a handshake as the gateway does it fails
	refused     error  // why the gateway does not accept the certificate
	versionOnly bool   // the app takes TLS 1.3 only, and the gateway does not offer it
	belowOnly   bool   // the app takes TLS 1.2 at most, and the gateway offers nothing below 1.3
	name        string // the name by which it takes a call
	wantsCert   bool   // it asked for a client certificate
	cert        *x509.Certificate
	shown       []*x509.Certificate // all that the app shows, its own first
}

// tryTLS shakes hands with an app on this machine: as the gateway does, then with a later version, then by likely names.
func tryTLS(ctx context.Context, f *sysinfo.Facts, l *live) tlsTry {
	var t tlsTry
	if l.reach.Err != nil || !l.reach.Local {
		return t
	}
	rules := l.tlsRules()
	state, err := shake(ctx, f, l, rules.name, rules.most)
	t.wantsCert = errors.Is(err, errWantsCert)
	if err == nil && rules.only13 && state.Version < tls.VersionTLS13 {
		t.see(state)
		t.belowOnly, t.err = true, errors.New("no version that both take")
		return t
	}
	if err == nil || t.wantsCert {
		t.see(state)
		t.refused = rules.refuses(l, state, f.Host.Now())
		return t
	}
	if dial := (*net.OpError)(nil); errors.As(err, &dial) && dial.Op == "dial" { // nobody took the call: another check's to tell
		return t
	}
	t.err = err
	if rules.most < tls.VersionTLS13 {
		if state, err := shake(ctx, f, l, rules.name, tls.VersionTLS13); err == nil {
			t.versionOnly = true
			t.see(state)
			return t
		}
	}
	for _, name := range likelyNames(f, l) {
		state, err := shake(ctx, f, l, name, tls.VersionTLS13)
		if err == nil {
			t.name = name
			t.see(state)
			return t
		}
		t.wantsCert = t.wantsCert || errors.Is(err, errWantsCert)
	}
	return t
}

func (t *tlsTry) see(state tls.ConnectionState) {
	if len(state.PeerCertificates) > 0 {
		t.cert, t.shown = state.PeerCertificates[0], state.PeerCertificates
	}
}

// bears is the name in the certificate that a gateway may call the app by; empty without one.
func (t *tlsTry) bears() string {
	if t.cert == nil {
		return ""
	}
	for _, n := range append(slices.Clone(t.cert.DNSNames), t.cert.Subject.CommonName) {
		if plainHost(n) {
			return n
		}
	}
	return ""
}

// plainHost says that a certificate's name is a host's: it goes into configurations and commands, and strangers write
// certificates. One for "*.shop.test" is nothing to call an app by.
func plainHost(name string) bool {
	for i, r := range name {
		switch {
		case 'a' <= r && r <= 'z', 'A' <= r && r <= 'Z', '0' <= r && r <= '9', i > 0 && strings.ContainsRune("._-", r):
		default:
			return false
		}
	}
	return name != ""
}

// shows quotes the certificate.
func (t *tlsTry) shows(l *live) []Evidence {
	if t.cert == nil {
		return nil
	}
	return []Evidence{{Source: "certificate of " + l.Address(), Text: fmt.Sprintf("%s, signed by %s, valid until %s, for %s", t.cert.Subject, t.cert.Issuer, t.cert.NotAfter.Format(time.DateOnly), strings.Join(t.cert.DNSNames, " "))}}
}

// refuses says why a gateway with these rules does not accept a certificate; nil when it does, or when nobody can tell.
func (r tlsRules) refuses(l *live, state tls.ConnectionState, now time.Time) error {
	if len(state.PeerCertificates) == 0 {
		return nil
	}
	cert := state.PeerCertificates[0]
	switch {
	case r.dates && now.After(cert.NotAfter):
		return fmt.Errorf("it expired on %s", cert.NotAfter.Format(time.DateOnly))
	case r.dates && now.Before(cert.NotBefore):
		return tooEarly{cert.NotBefore}
	}
	if r.bears != "" && cert.VerifyHostname(r.bears) != nil && !(r.common && cert.Subject.CommonName == r.bears) {
		return wrongName{r.bears}
	}
	ca := r.file
	if ca == "" && l.Site.Gateway.Kind != "apache" { // it may have a folder of them instead
		ca = systemAuthorities
	}
	pem, err := l.Site.Gateway.Root.ReadFile(ca)
	if !r.checks || err != nil { // a missing file is the gateway's test's to tell
		return nil
	}
	known, between := x509.NewCertPool(), x509.NewCertPool()
	known.AppendCertsFromPEM(pem)
	for _, c := range state.PeerCertificates[1:] {
		between.AddCert(c)
	}
	_, err = cert.Verify(x509.VerifyOptions{Roots: known, Intermediates: between, CurrentTime: now, KeyUsages: []x509.ExtKeyUsage{x509.ExtKeyUsageAny}})
	if unknown := (x509.UnknownAuthorityError{}); errors.As(err, &unknown) {
		return notSigned{ca}
	}
	return err
}

// notSigned: nobody whom the gateway knows vouches for it.
type notSigned struct{ ca string }

func (e notSigned) Error() string { return "no authority in " + e.ca + " signed it" }

// tooEarly: its time has not come, or a clock is wrong.
type tooEarly struct{ from time.Time }

func (e tooEarly) Error() string { return "it is valid from " + e.from.Format(time.DateOnly) + " only" }

// wrongName: the certificate is somebody else's.
type wrongName struct{ want string }

func (e wrongName) Error() string { return "it is not for " + e.want }

// nameFor is the likeliest name of an HTTPS app.
func nameFor(l *live) string {
	if _, err := netip.ParseAddr(l.Host); err != nil && l.Host != "" && l.Host != "localhost" {
		return l.Host
	}
	return l.Site.Name
}

// likelyNames are names by which the app may want to be called: the configured ones, the site's, those of
// certificate files near the app.
func likelyNames(f *sysinfo.Facts, l *live) []string {
	out := []string{nameFor(l), l.Site.Name}
	if x, ok := l.Extra.(sysinfo.NginxHop); ok && plainHost(x.Pass.Header("Host").Value()) { // the name that the app is told anyway
		out = append(out, x.Pass.Header("Host").Value())
	}
	for _, dir := range appDirs(f, l) {
		out = append(out, certNames(f, dir)...)
	}
	return out
}
