package checks

import "fix502/sysinfo/errlog"

// connectKinds are the lines a gateway writes when connect(2) failed.
var connectKinds = []errlog.Kind{errlog.ConnectUnixMissing, errlog.ConnectUnixDenied, errlog.ConnectUnixRefused, errlog.ConnectUnixFull,
	errlog.ConnectUnixWrongType, errlog.ConnectRefused, errlog.ConnectDenied, errlog.ConnectNoRoute, errlog.ConnectNetUnreachable,
	errlog.ConnectNoAddress, errlog.ConnectInvalid, errlog.ConnectTimedOut, errlog.ConnectTimeout, errlog.ConnectFailed}

// withLine adds the gateway's own line about a hop, where there is one of these kinds.
func withLine(found *Finding, l *live, kinds ...errlog.Kind) *Finding {
	if line, _, ok := l.has(kinds...); ok {
		found.Evidence = append(found.Evidence, quoteLine(line))
	}
	return found
}
