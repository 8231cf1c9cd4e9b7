package checks

import (
	"fix502/sysinfo"
	"fix502/sysinfo/errlog"
)

// lineWords are what lines say of which the cause is only guessed: of the past nobody can tell any more why nobody answered.
var lineWords = map[errlog.Kind]string{
	errlog.ConnectUnixMissing:    "no such socket",
	errlog.ConnectUnixDenied:     "no permission for the socket",
	errlog.ConnectUnixRefused:    "socket refused the connection",
	errlog.ConnectRefused:        "connection refused",
	errlog.ConnectDenied:         "connection not permitted", // by SELinux, by AppArmor or by a route
	errlog.ConnectNoRoute:        "no route to host",
	errlog.ConnectNetUnreachable: "network unreachable",
	errlog.ConnectNoAddress:      "no address to connect from",
	errlog.ConnectTimedOut:       "connection not taken in time",
	errlog.ConnectTimeout:        "connection not taken in time",
	errlog.ConnectFailed:         "no connection",
	errlog.ReadTimeout:           "no answer in time",
	errlog.SendTimeout:           "request not taken in time",
	errlog.TLSTimeout:            "no TLS handshake in time",
	errlog.ReadReset:             "connection reset before the answer",
	errlog.SendReset:             "connection reset while the request was sent",
	errlog.PrematureClose:        "connection closed before the answer",
	errlog.NoLiveUpstreams:       "no server of the block was left to ask",
	errlog.ServerDisabled:        "server put aside for a while",
	errlog.HAProxyConnect:        "no connection",
	errlog.HAProxyDownRefused:    "check refused, server taken out",
	errlog.HAProxyDownTimeout:    "check not answered in time, server taken out",
	errlog.HAProxyDownStatus:     "check answered with an error, server taken out",
	errlog.HAProxyDownOther:      "check failed, server taken out",
	errlog.VarnishFetchFailed:    "fetch failed",
	errlog.NoHealthyUpstream:     "no server was well",
}

// saysOf is what a group's lines say where they do not name their cause; empty where they do.
func saysOf(g *sysinfo.LogGroup) string {
	leads := meaning(&g.Latest[len(g.Latest)-1].Event).leads
	if len(leads) == 0 || leads[0].Confidence >= sureEnough && g.Kind != errlog.ConnectDenied { // likely, and yet a guess
		return ""
	}
	return lineWords[g.Kind]
}
