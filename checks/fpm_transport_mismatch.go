package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
)

// fpmTransportMismatch: one side means a socket file, the other a TCP port.
func fpmTransportMismatch() Check {
	return Check{
		ID: "fpm-transport-mismatch", Title: "Gateway and PHP-FPM use the same kind of address", Topic: Upstreams,
		Means: `PHP-FPM can listen on a socket file or on a TCP port. Here one side means the one and the other side the other: Debian and Red Hat
configure a socket, Alpine, the official containers and many guides port 9000. Let the gateway ask the address on which PHP-FPM listens.`,
		Run: perHop(func(ctx context.Context, f *sysinfo.Facts, l *live) *Finding {
			if !stranded(ctx, f, l) || l.Unix != "" && upgraded(ctx, f, l) != "" {
				return nil
			}
			c, ok := nearest(ctx, f, l)
			if !ok || c.unix() == (l.Unix != "") {
				return nil
			}
			return mismatch(ctx, f, l, c, fmt.Sprintf("%s asks %s, but %s listens on %s", l.From, l.Address(), c.fpm.Name(), c.address()))
		}),
	}
}
