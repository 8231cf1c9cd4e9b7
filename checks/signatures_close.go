package checks

import (
	"strings"

	"fix502/sysinfo/errlog"
)

func socketMissingLine(ev *errlog.Event) []Candidate {
	path := ev.Upstream.Path()
	switch {
	case strings.HasPrefix(path, "/tmp/"), strings.HasPrefix(path, "/var/tmp/"):
		return []Candidate{{"private-tmp-socket", .75}, {"upstream-port-nothing-listening", .45}, {"socket-path-mismatch", .4}}
	case servesPHP(ev.Upstream) && oldVersionInPath(path):
		return []Candidate{{"php-version-upgraded", .5}, {"socket-path-mismatch", .5}, {"fpm-not-running", .48}, {"fpm-transport-mismatch", .2}}
	case servesPHP(ev.Upstream) && versionInPath(path):
		return []Candidate{{"fpm-not-running", .5}, {"socket-path-mismatch", .47}, {"php-version-upgraded", .42}, {"fpm-transport-mismatch", .25}}
	case servesPHP(ev.Upstream) || path == "":
		return []Candidate{{"fpm-not-running", .5}, {"socket-path-mismatch", .48}, {"fpm-transport-mismatch", .3}, {"socket-file-deleted", .15}}
	}
	return []Candidate{{"upstream-port-nothing-listening", .5}, {"socket-path-mismatch", .48}, {"runtime-directory-removed", .25}, {"run-dir-missing", .2}, {"socket-file-deleted", .15}}
}

func socketRefusedLine(ev *errlog.Event) []Candidate {
	if servesPHP(ev.Upstream) || ev.Upstream.Path() == "" {
		return nil
	}
	return []Candidate{{"upstream-port-nothing-listening", .55}, {"fpm-stale-socket", .5}, {"oom-killed", .2}}
}

func refusedLine(ev *errlog.Event) []Candidate {
	u, ip := ev.Upstream, ev.Upstream.IP()
	switch {
	case ev.Errno == 97:
		return []Candidate{{"systemd-sandbox", .9}}
	case ev.Source == errlog.HAProxy || ev.Kind == errlog.ConnectFailed:
		return nil
	case ip.Is6() && ip.IsLoopback():
		return []Candidate{{"localhost-ipv6-mismatch", .65}, {"upstream-port-nothing-listening", .5}}
	case u.Scheme == "fastcgi" && dockerRange(ip):
		return []Candidate{{"fpm-not-running", .5}, {"docker-wrong-port-or-network", .48}, {"docker-container-exited", .4}, {"fpm-transport-mismatch", .3}}
	case u.Scheme == "fastcgi" && itself(ip) && inContainer(ev):
		return []Candidate{{"docker-localhost-upstream", .52}, {"fpm-not-running", .5}, {"fpm-transport-mismatch", .45}}
	case u.Scheme == "fastcgi":
		return []Candidate{{"fpm-not-running", .55}, {"fpm-transport-mismatch", .52}, {"docker-localhost-upstream", .2}}
	case dockerRange(ip):
		return []Candidate{{"upstream-port-nothing-listening", .5}, {"docker-wrong-port-or-network", .48}, {"stale-dns-cached-ip", .41}, {"docker-container-exited", .4}, {"bind-address-mismatch", .25}}
	case itself(ip) && inContainer(ev):
		return []Candidate{{"docker-localhost-upstream", .55}, {"upstream-port-nothing-listening", .52}, {"bind-address-mismatch", .2}}
	case itself(ip):
		return []Candidate{{"upstream-port-nothing-listening", .6}, {"docker-localhost-upstream", .3}, {"bind-address-mismatch", .28}}
	case ip.IsPrivate():
		return []Candidate{{"upstream-port-nothing-listening", .55}, {"docker-wrong-port-or-network", .35}, {"bind-address-mismatch", .33}, {"firewall-blocks-upstream", .3}}
	case ip.IsValid():
		return []Candidate{{"upstream-port-nothing-listening", .5}, {"firewall-blocks-upstream", .42}, {"fail2ban-banned-proxy", .25}}
	}
	return nil
}

func unreachableLine(ev *errlog.Event) []Candidate {
	timeout := ev.Kind != errlog.ConnectNoRoute
	switch {
	case ev.Source == errlog.HAProxy && timeout:
		return []Candidate{{"haproxy-connect-timeout", .85}, {"firewall-blocks-upstream", .6}, {"network-unreachable", .3}}
	case dockerRange(ev.Upstream.IP()) && timeout:
		return []Candidate{{"docker-wrong-port-or-network", .5}, {"firewall-blocks-upstream", .48}, {"stale-dns-cached-ip", .4}}
	case dockerRange(ev.Upstream.IP()):
		return []Candidate{{"stale-dns-cached-ip", .55}, {"docker-container-exited", .5}, {"firewall-blocks-upstream", .4}, {"docker-wrong-port-or-network", .35}}
	}
	return nil
}

// noLive: a block that bears the site's name was written by a generator, which guesses the container's port; a name
// with two addresses has failed at both.
func noLiveLine(ev *errlog.Event) []Candidate {
	switch host := ev.Upstream.Host(); {
	case host == "localhost":
		return []Candidate{{"no-live-upstreams", .6}, {"upstream-port-nothing-listening", .5}, {"localhost-ipv6-mismatch", .35}, {"upstream-read-timeout", .3}}
	case host != "" && (host == ev.Host || host == ev.Server):
		return []Candidate{{"no-live-upstreams", .6}, {"upstream-port-nothing-listening", .5}, {"docker-wrong-port-or-network", .4}, {"upstream-read-timeout", .3}}
	}
	return nil
}

// noAddress: the same errno for a kernel without IPv6 and for a port range that is used up.
func noAddressLine(ev *errlog.Event) []Candidate {
	if ev.Upstream.IP().Is6() {
		return []Candidate{{"localhost-ipv6-mismatch", .95}}
	}
	return nil
}

// nameless: a bare word is most often a compose service.
func namelessLine(ev *errlog.Event) []Candidate {
	host, _, _ := strings.Cut(ev.Name, ":")
	service := host != "" && !strings.Contains(host, ".") && host != "localhost"
	switch {
	case service && ev.Kind == errlog.HostNotFound:
		return []Candidate{{"docker-wrong-port-or-network", .75}, {"config-test-fails", .9}, {"docker-container-exited", .45}}
	case service:
		return []Candidate{{"upstream-dns", .92}, {"docker-wrong-port-or-network", .7}, {"docker-container-exited", .4}}
	}
	return nil
}
