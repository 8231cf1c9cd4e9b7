package checks

import (
	"context"
	"crypto/tls"
	"errors"
	"time"

	"fix502/sysinfo"
)

// errWantsCert: the app asked for a client certificate, and hung up without one, or will.
var errWantsCert = errors.New("the app asks for a client certificate")

func shake(ctx context.Context, f *sysinfo.Facts, l *live, name string, most uint16) (tls.ConnectionState, error) {
	ctx, cancel := context.WithTimeout(ctx, 700*time.Millisecond)
	defer cancel()
	network, addr := "tcp", l.reach.Addr.String()
	if l.Unix != "" {
		network, addr = "unix", l.Unix
	}
	c, err := f.Host.Dial(ctx, l.Site.Gateway.Net, network, addr)
	if err != nil {
		return tls.ConnectionState{}, err
	}
	defer c.Close()
	asked := false
	t := tls.Client(c, &tls.Config{ServerName: name, InsecureSkipVerify: true, MaxVersion: most, // we look, we do not trust
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			asked = true
			return &tls.Certificate{}, nil
		}})
	if err := t.HandshakeContext(ctx); err != nil {
		if asked {
			err = errWantsCert
		}
		return tls.ConnectionState{}, err
	}
	if asked { // with TLS 1.3 it hangs up only afterwards
		return t.ConnectionState(), errWantsCert
	}
	return t.ConnectionState(), nil
}
