package checks

import (
	"context"
	"crypto/tls"
	"time"

	"fix502/sysinfo"
)

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
	t := tls.Client(c, &tls.Config{ServerName: name, InsecureSkipVerify: true, MaxVersion: most}) // we look, we do not trust
	if err := t.HandshakeContext(ctx); err != nil {
		return tls.ConnectionState{}, err
	}
	return t.ConnectionState(), nil
}
