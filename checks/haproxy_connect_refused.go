package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// haproxyConnectRefused: what HAProxy's own log says of a server.
func haproxyConnectRefused() Check {
	return Check{
		ID: "haproxy-connect-refused", Title: "HAProxy's servers accept connections", Topic: Upstreams, After: connectCauses(),
		Means: `The server refused the connection, or there was no way to it (503, SC in HAProxy's log): the app is down, listens elsewhere, a firewall says
no, or TLS failed: HAProxy writes the same letters for all of them. A refusal takes about three seconds, because HAProxy tries again three times.
What listens at the server's address decides.`,
		Run: loggedBy("haproxy", []errlog.Kind{errlog.HAProxyConnect}, func(_ context.Context, _ *sysinfo.Facts, l *live, _ sysinfo.LogLine) *Finding {
			if l.Backup { // a spare one is asked only while all others are down: they are the cause
				return nil
			}
			return &Finding{Confidence: 0.6, Where: l.Where, Summary: fmt.Sprintf("HAProxy got no connection to %s", l.Address()), Evidence: []Evidence{passLine(l)}, Fix: Fix{Title: "See what is at " + l.Address(), Risk: Low}.Do("Who listens there", "ss -ltnp").Tell("If nobody does, start the app; if somebody does, look at firewall rules and at the word ssl on %s", l.Where)}
		}),
	}
}
