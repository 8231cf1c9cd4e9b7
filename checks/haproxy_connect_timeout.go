package checks

import (
	"context"
	"fmt"

	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// haproxyConnectTimeout: what HAProxy's own log says of a server.
func haproxyConnectTimeout() Check {
	return Check{
		ID: "haproxy-connect-timeout", Title: "HAProxy reaches its servers in time", Topic: Network, After: connectCauses(),
		Means: `No answer to the connection attempt (503, sC): the machine is down, a firewall drops the packets, or its queue of new connections is full.`,
		Run: loggedBy("haproxy", []errlog.Kind{errlog.ConnectTimeout, errlog.HAProxyDownTimeout}, func(_ context.Context, _ *sysinfo.Facts, l *live, _ sysinfo.LogLine) *Finding {
			return &Finding{Confidence: 0.6, Where: l.Where, Summary: fmt.Sprintf("%s does not answer HAProxy at all", l.Address()), Evidence: []Evidence{passLine(l)}, Fix: Fix{Title: "Find out who swallows the packets", Risk: Low}.Tell("Is the machine of %s up, and does its firewall (and the provider's) let this one in? A full queue of new connections looks the same: ss -ltn there", l.Address())}
		}),
	}
}
