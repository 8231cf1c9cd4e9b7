package checks

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net"
	"strings"
	"syscall"
	"testing"
	"time"

	"fix502/sysinfo"
)

// signed makes a certificate; its own signature without a parent.
func signed(t *testing.T, c, parent *x509.Certificate, by *ecdsa.PrivateKey) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	c.SerialNumber, c.BasicConstraintsValid = big.NewInt(1), true
	if parent == nil {
		parent, by = c, key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, by)
	if err != nil {
		t.Fatal(err)
	}
	out, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return out, key
}

// Only an authority that is not known is said not to have signed.
func TestACertificateIsRefusedForWhatIsWrong(t *testing.T) {
	now := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	from, to := now.AddDate(-1, 0, 0), now.AddDate(1, 0, 0)
	authority := &x509.Certificate{Subject: pkix.Name{CommonName: "ca"}, NotBefore: from, NotAfter: to, IsCA: true, KeyUsage: x509.KeyUsageCertSign, PermittedDNSDomains: []string{"shop.test"}, PermittedDNSDomainsCritical: true}
	ca, key := signed(t, authority, nil, nil)
	stranger, other := signed(t, &x509.Certificate{Subject: pkix.Name{CommonName: "stranger"}, NotBefore: from, NotAfter: to, IsCA: true, KeyUsage: x509.KeyUsageCertSign}, nil, nil)
	tree := sysinfo.NewMemoryTree(now)
	tree.Write("/ca.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: ca.Raw}))
	l := &live{Hop: &sysinfo.Hop{Site: &sysinfo.Site{Gateway: &sysinfo.Gateway{Root: tree.Root()}}}}
	for name, tt := range map[string]struct {
		from, to time.Time
		host     string
		parent   *x509.Certificate
		by       *ecdsa.PrivateKey
		want     string
	}{
		"well":               {from, to, "shop.test", ca, key, ""},
		"expired":            {from, now.AddDate(0, 0, -1), "shop.test", ca, key, "it expired on 2026-02-28"},
		"not yet valid":      {now.AddDate(0, 0, 1), to, "shop.test", ca, key, "it is valid from 2026-03-02 only"},
		"a stranger's":       {from, to, "shop.test", stranger, other, "no authority in /ca.pem signed it"},
		"not for such names": {from, to, "other.test", ca, key, "x509: a root or intermediate certificate is not authorized to sign for this name"},
	} {
		cert, _ := signed(t, &x509.Certificate{Subject: pkix.Name{CommonName: "app"}, NotBefore: tt.from, NotAfter: tt.to, DNSNames: []string{tt.host}}, tt.parent, tt.by)
		got := ""
		if err := (tlsRules{checks: true, dates: true, file: "/ca.pem"}).refuses(l, tls.ConnectionState{PeerCertificates: []*x509.Certificate{cert}}, now); err != nil {
			got = err.Error()
		}
		if got != tt.want && (tt.want == "" || !strings.HasPrefix(got, tt.want)) {
			t.Errorf("%s: got %q, want %q", name, got, tt.want)
		}
	}
}

// A certificate's name goes into commands: only a host's does.
func TestNamesOfACertificateAreHosts(t *testing.T) {
	for name, want := range map[string]string{
		"app.internal": "app.internal", "a_b-1.x": "a_b-1.x", "*.shop.test": "", "a;reboot": "", "a$(id)": "", "a\nb": "", "-x": "", "..": "", "a/b": "", "a'b": "", "a}b": "", "ä.test": "", "": "",
	} {
		try := tlsTry{cert: &x509.Certificate{Subject: pkix.Name{CommonName: name}, DNSNames: []string{name}}}
		if got := try.bears(); got != want {
			t.Errorf("%q: got %q, want %q", name, got, want)
		}
	}
}

// A refused connection is no handshake that failed: who is not there refuses no name and no certificate.
func TestNobodyThereIsNoHandshake(t *testing.T) {
	l := &live{Hop: &sysinfo.Hop{Site: &sysinfo.Site{Gateway: &sysinfo.Gateway{Kind: "haproxy"}}}}
	l.reach.Local = true
	f := &sysinfo.Facts{Host: &sysinfo.Host{Dial: func(context.Context, int, string, string) (net.Conn, error) {
		return nil, &net.OpError{Op: "dial", Err: syscall.ECONNREFUSED}
	}}}
	if got := tryTLS(t.Context(), f, l); got.err != nil || got.name != "" {
		t.Errorf("got %+v, want nothing", got)
	}
}
