package checks

import "fix502/sysinfo/errlog"

// connectKinds are the lines a gateway writes when connect(2) failed.
var connectKinds = []errlog.Kind{errlog.ConnectUnixMissing, errlog.ConnectUnixDenied, errlog.ConnectUnixRefused, errlog.ConnectUnixFull,
	errlog.ConnectUnixWrongType, errlog.ConnectRefused, errlog.ConnectDenied, errlog.ConnectNoRoute, errlog.ConnectNetUnreachable,
	errlog.ConnectNoAddress, errlog.ConnectInvalid, errlog.ConnectTimedOut, errlog.ConnectTimeout, errlog.ConnectFailed}

// connectCauses are the checks that know why a connection to an upstream fails; what only echoes that stands behind them.
func connectCauses() []ID {
	return []ID{"upstream-port-nothing-listening", "bind-address-mismatch", "localhost-ipv6-mismatch", "firewall-blocks-upstream", "fail2ban-banned-proxy", "network-unreachable", "proxy-bind-failed", "upstream-dns",
		"fpm-not-running", "fpm-pool-config-error", "fpm-stale-socket", "socket-path-mismatch", "socket-permission", "socket-file-deleted", "haproxy-socket-in-chroot", "private-tmp-socket",
		"node-crash", "gunicorn-boot-failure", "upstream-protocol-mismatch", "upstream-tls-handshake", "upstream-tls-verify", "docker-localhost-upstream", "unit-not-enabled-after-reboot",
		"oom-killed", "listen-backlog-full-tcp", "start-limit-hit", "php-version-upgraded", "fpm-transport-mismatch", "upstream-read-timeout", "stale-config-not-reloaded"}
}

// withLine adds the gateway's own line about a hop, where there is one of these kinds.
func withLine(found *Finding, l *live, kinds ...errlog.Kind) *Finding {
	if line, _, ok := l.has(kinds...); ok {
		found.Evidence = append(found.Evidence, quoteLine(line))
	}
	return found
}
