package checks

import (
	"strings"

	"fix502/sysinfo/errlog"
)

// What was behind an address where nobody answered.

var refusedPriors = []prior{
	{"a sandbox forbids the family", func(ev *errlog.Event) bool { return ev.Errno == 97 },
		[]Candidate{{"systemd-sandbox", .9}}},
	{"HAProxy names a server, not an address", writtenBy(errlog.HAProxy), nil},
	{"who asks has the address now that the gateway remembers for another", func(ev *errlog.Event) bool { return toDocker(ev) && ev.Client == ev.Upstream.Host() },
		[]Candidate{{"stale-dns-cached-ip", .8}, {"docker-container-exited", .4}, {"upstream-port-nothing-listening", .3}}},
	{"a name with two addresses, an app on one of them", func(ev *errlog.Event) bool { return ev.Upstream.IP().Is6() && ev.Upstream.IP().IsLoopback() },
		[]Candidate{{"localhost-ipv6-mismatch", .65}, {"upstream-port-nothing-listening", .5}}},
	{"the ingress controllers' own port for a service with nobody behind it", func(ev *errlog.Event) bool { return ev.Upstream.Address == "127.0.0.1:8181" },
		[]Candidate{{"docker-container-exited", .7}, {"docker-wrong-port-or-network", .6}, {"upstream-port-nothing-listening", .4}}},
	{"FPM's images listen on 9000: another number is a wrong one", func(ev *errlog.Event) bool {
		return ev.Upstream.Scheme == "fastcgi" && toDocker(ev) && ev.Upstream.Port() != 9000
	}, []Candidate{{"docker-wrong-port-or-network", .55}, {"fpm-not-running", .5}, {"fpm-transport-mismatch", .45}, {"docker-container-exited", .4}}},
	{"a pool that was reached before: down, made anew at another address, or ended", func(ev *errlog.Event) bool {
		return ev.Upstream.Scheme == "fastcgi" && toDocker(ev) && ev.Conn > newborn && ev.Client != "127.0.0.1"
	}, []Candidate{{"fpm-not-running", .5}, {"stale-dns-cached-ip", .46}, {"docker-container-exited", .44}, {"bind-address-mismatch", .4}}},
	{"at the images' own port: a pool that installs first, listens on its loopback, or on a socket", func(ev *errlog.Event) bool { return ev.Upstream.Scheme == "fastcgi" && toDocker(ev) },
		[]Candidate{{"fpm-not-running", .5}, {"bind-address-mismatch", .46}, {"fpm-transport-mismatch", .45}, {"docker-container-exited", .44}, {"docker-wrong-port-or-network", .3}}},
	{"in a container, loopback is the container", func(ev *errlog.Event) bool { return toPoolPort(ev) && toItself(ev) && inContainer(ev) },
		[]Candidate{{"docker-localhost-upstream", .52}, {"fpm-not-running", .5}, {"fpm-transport-mismatch", .45}}},
	{"a port of PHP-FPM's, where the line does not say what is spoken", func(ev *errlog.Event) bool { return ev.Upstream.Scheme == "" && toPoolPort(ev) && toItself(ev) },
		[]Candidate{{"fpm-not-running", .55}, {"fpm-transport-mismatch", .52}, {"upstream-port-nothing-listening", .5}}},
	{"distributions let pools listen on a socket", func(ev *errlog.Event) bool { return ev.Upstream.Scheme == "fastcgi" },
		[]Candidate{{"fpm-not-running", .55}, {"fpm-transport-mismatch", .52}, {"docker-localhost-upstream", .2}}},
	{"the first address of Docker's network is the host, where the app listens on loopback alone", toHost,
		[]Candidate{{"upstream-port-nothing-listening", .5}, {"bind-address-mismatch", .48}, {"docker-wrong-port-or-network", .36}, {"firewall-blocks-upstream", .3}}},
	{"a gateway just started knows the container's address of today; frameworks listen on loopback", allOf(toDocker, isNewborn),
		[]Candidate{{"upstream-port-nothing-listening", .5}, {"docker-wrong-port-or-network", .48}, {"bind-address-mismatch", .42}, {"stale-dns-cached-ip", .41}, {"docker-container-exited", .4}}},
	{"an app that starts, a guessed port, a container made anew", toNeighbour,
		[]Candidate{{"upstream-port-nothing-listening", .5}, {"docker-wrong-port-or-network", .48}, {"stale-dns-cached-ip", .42}, {"bind-address-mismatch", .41}, {"docker-container-exited", .4}}},
	{"in a container, loopback is the container", allOf(toItself, inContainer),
		[]Candidate{{"docker-localhost-upstream", .55}, {"upstream-port-nothing-listening", .52}, {"bind-address-mismatch", .2}}},
	{"an app that is down; a container that means itself", toItself,
		[]Candidate{{"upstream-port-nothing-listening", .6}, {"docker-localhost-upstream", .3}, {"bind-address-mismatch", .28}}},
	{"another machine: down, or a port that is not open to others", func(ev *errlog.Event) bool { return ev.Upstream.IP().IsPrivate() },
		[]Candidate{{"upstream-port-nothing-listening", .55}, {"docker-wrong-port-or-network", .35}, {"bind-address-mismatch", .33}, {"firewall-blocks-upstream", .3}}},
	{"a far machine: down, or it turns us away", func(ev *errlog.Event) bool { return ev.Upstream.IP().IsValid() },
		[]Candidate{{"upstream-port-nothing-listening", .5}, {"firewall-blocks-upstream", .42}, {"fail2ban-banned-proxy", .25}}},
	{"a mesh that demands TLS turns away who does not speak it", writtenBy(errlog.Envoy),
		[]Candidate{{"upstream-port-nothing-listening", .55}, {"upstream-protocol-mismatch", .35}, {"docker-wrong-port-or-network", .34}, {"bind-address-mismatch", .3}}},
	{"with no more than the words: next to an app that is down, containers that mean themselves or guess", func(ev *errlog.Event) bool { return ev.Method == "" },
		[]Candidate{{"upstream-port-nothing-listening", .55}, {"docker-localhost-upstream", .35}, {"docker-wrong-port-or-network", .34}, {"bind-address-mismatch", .3}, {"firewall-blocks-upstream", .2}}},
}

var failedPriors = []prior{
	{"a sandbox forbids the family", func(ev *errlog.Event) bool { return ev.Errno == 97 },
		[]Candidate{{"systemd-sandbox", .9}}},
}

// Apache's second line, pasted without the first, which has the reason.
var followPriors = []prior{
	{"this number is FastCGI's: a pool that is down, elsewhere, or on the other kind of listener", func(ev *errlog.Event) bool { return strings.Contains(ev.Message, "AH01079") },
		[]Candidate{{"fpm-not-running", .5}, {"socket-path-mismatch", .45}, {"fpm-transport-mismatch", .4}, {"upstream-port-nothing-listening", .35}}},
	{"this number is HTTP's: down, or forbidden by SELinux", func(ev *errlog.Event) bool { return strings.Contains(ev.Message, "AH01114") },
		[]Candidate{{"upstream-port-nothing-listening", .5}, {"selinux-denied", .38}, {"apache-balancer-worker-error", .3}}},
}

var noRoutePriors = []prior{
	{"the first address of Docker's network is the host, whose rules turn containers away", toHost,
		[]Candidate{{"firewall-blocks-upstream", .7}, {"docker-wrong-port-or-network", .36}, {"network-unreachable", .3}}},
	{"the container of that address is gone: made anew, or ended", toNeighbour,
		[]Candidate{{"stale-dns-cached-ip", .55}, {"docker-container-exited", .5}, {"firewall-blocks-upstream", .4}, {"docker-wrong-port-or-network", .35}}},
	{"a neighbour: its firewall says so, or it is off, or it is a container that only its own host reaches", func(ev *errlog.Event) bool { return ev.Upstream.IP().IsPrivate() },
		[]Candidate{{"firewall-blocks-upstream", .6}, {"network-unreachable", .4}, {"docker-wrong-port-or-network", .36}, {"stale-dns-cached-ip", .35}}},
}

var noAnswerPriors = []prior{
	{"HAProxy's own limit", writtenBy(errlog.HAProxy),
		[]Candidate{{"haproxy-connect-timeout", .85}, {"firewall-blocks-upstream", .6}, {"network-unreachable", .3}}},
	{"Windows does not refuse, it is silent where nobody listens", func(ev *errlog.Event) bool { return toPHPPort(ev) && strings.Contains(ev.Message, "10060") },
		[]Candidate{{"fpm-not-running", .55}, {"fpm-workers-exhausted", .5}, {"firewall-blocks-upstream", .3}}},
	{"the queue of a pool is full when its workers are taken", allOf(toPHPPort, toItself),
		[]Candidate{{"listen-backlog-full-tcp", .6}, {"fpm-workers-exhausted", .55}, {"firewall-blocks-upstream", .4}}},
	{"nothing is lost on the way to ourselves: the queue is full, or our own rules drop it", toItself,
		[]Candidate{{"listen-backlog-full-tcp", .6}, {"firewall-blocks-upstream", .5}, {"upstream-read-timeout", .3}}},
	{"the first address of Docker's network is the host, whose rules drop what comes from containers", toHost,
		[]Candidate{{"firewall-blocks-upstream", .6}, {"docker-wrong-port-or-network", .36}, {"network-unreachable", .3}}},
	{"Docker keeps its networks apart", toDocker,
		[]Candidate{{"docker-wrong-port-or-network", .5}, {"firewall-blocks-upstream", .48}, {"stale-dns-cached-ip", .4}}},
	{"a private address: packets are dropped, lost between nodes, or it belongs to another network of containers", func(ev *errlog.Event) bool { return ev.Upstream.IP().IsPrivate() },
		[]Candidate{{"firewall-blocks-upstream", .6}, {"network-unreachable", .36}, {"docker-wrong-port-or-network", .35}, {"stale-dns-cached-ip", .33}, {"listen-backlog-full-tcp", .3}}},
	{"a public address behind a name changes, and the gateway remembers the old one", func(ev *errlog.Event) bool { return ev.Upstream.IP().IsValid() },
		[]Candidate{{"firewall-blocks-upstream", .6}, {"stale-dns-cached-ip", .4}, {"network-unreachable", .36}, {"listen-backlog-full-tcp", .3}}},
	{"the same, where the line does not say which address", anyLine,
		[]Candidate{{"firewall-blocks-upstream", .6}, {"stale-dns-cached-ip", .38}, {"docker-wrong-port-or-network", .36}, {"network-unreachable", .35}, {"listen-backlog-full-tcp", .3}}},
}

// The same errno for a kernel without IPv6 and for a port range that is used up.
var noAddressPriors = []prior{
	{"no range of ports is used up in IPv6 alone", func(ev *errlog.Event) bool { return ev.Upstream.IP().Is6() },
		[]Candidate{{"localhost-ipv6-mismatch", .95}}},
}

var noLivePriors = []prior{
	{"among few processes: in a container, which is its own localhost", func(ev *errlog.Event) bool {
		return ev.Upstream.Host() == "localhost" && ev.PID > 0 && ev.PID < fewProcesses
	}, []Candidate{{"no-live-upstreams", .6}, {"upstream-port-nothing-listening", .5}, {"docker-localhost-upstream", .45}, {"localhost-ipv6-mismatch", .35}}},
	{"both addresses of a name failed from the first request on: down, or forbidden by SELinux", func(ev *errlog.Event) bool { return ev.Upstream.Host() == "localhost" && isNewborn(ev) },
		[]Candidate{{"no-live-upstreams", .6}, {"upstream-port-nothing-listening", .5}, {"selinux-denied", .38}, {"localhost-ipv6-mismatch", .35}}},
	{"a name with two addresses has failed at both", func(ev *errlog.Event) bool { return ev.Upstream.Host() == "localhost" },
		[]Candidate{{"no-live-upstreams", .6}, {"upstream-port-nothing-listening", .5}, {"localhost-ipv6-mismatch", .35}, {"upstream-read-timeout", .3}}},
	{"a block that bears the site's name was written by a generator, which guesses the container's port", func(ev *errlog.Event) bool {
		host := ev.Upstream.Host()
		return host != "" && (host == ev.Host || host == ev.Server)
	}, []Candidate{{"no-live-upstreams", .6}, {"upstream-port-nothing-listening", .5}, {"docker-wrong-port-or-network", .4}, {"upstream-read-timeout", .3}}},
}

// toPoolPort: what listens is PHP-FPM, by scheme or by the port of its examples.
func toPoolPort(ev *errlog.Event) bool {
	return ev.Upstream.Scheme == "fastcgi" || ev.Upstream.Scheme == "" && ev.Upstream.Port() == 9000
}
