package checks

import (
	"context"
	"slices"

	"fix502/sysinfo"
)

// secureOnly are the words with which MySQL turns away who comes over TCP without TLS: its own (ER_SECURE_TRANSPORT_REQUIRED, 3159), or those of a wrong
// password, which is what MariaDB says; it takes the app for one that comes from this machine.
var secureOnly = whenAsked(`insecure transport are prohibited|\[3159\]|Access denied for user '[^']*'@'(?:localhost|127\.0\.0\.1|::1)'`)

// wantsTLS: require_secure_transport, a hardening's line, lets nobody in who comes over TCP in the clear. The Unix socket counts as safe.
func wantsTLS(ctx context.Context, f *sysinfo.Facts, words string, hosts []hostLine, found *Finding) bool {
	_, at := switchedOnOf(f, refusals[0].files, "require_secure_transport")
	if !secureOnly.MatchString(words) || !at.Known() || slices.ContainsFunc(hosts, func(h hostLine) bool { return h.host == "localhost" }) {
		return false
	}
	found.Where, found.Summary = at, "the database lets nobody in who comes over TCP without TLS, and the app does"
	found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
	x := Fix{Title: "Let the app come over the database's socket", Risk: Low}
	if overSocket(ctx, f, hosts, found, x, "The socket counts as safe, and localhost is the socket to PHP's drivers") {
		found.Where = at
		return true
	}
	found.Fix = x.
		Tell("The socket counts as safe: write localhost instead of the address into the app's settings (PHP's drivers then take the socket), or name the socket there (unix_socket=, mostly /run/mysqld/mysqld.sock)").
		Tell("An app that has to come over TCP gets TLS in its driver (PDO::MYSQL_ATTR_SSL_CA, mysqli_ssl_set, ssl_ca), with the authority of the database's certificate")
	return true
}
