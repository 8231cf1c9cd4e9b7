package checks

import (
	"strings"

	"fix502/sysinfo/errlog"
)

func slowLine(ev *errlog.Event) []Candidate {
	switch {
	case ev.Source == errlog.Apache && ev.Upstream.Scheme != "fastcgi":
		return []Candidate{{"apache-proxy-timeout", .9}, {"upstream-read-timeout", .8}, {"apache-keepalive-reuse", .3}}
	case ev.Source == errlog.HAProxy:
		return []Candidate{{"upstream-read-timeout", .93}, {"haproxy-server-timeout", .85}}
	case servesPHP(ev.Upstream):
		return []Candidate{{"upstream-read-timeout", .7}, {"fpm-workers-exhausted", .5}, {"mysql-slow", .25}, {"external-api-slow", .2}, {"upstream-protocol-mismatch", .15}}
	}
	return []Candidate{{"upstream-read-timeout", .8}, {"external-api-slow", .2}, {"mysql-slow", .2}, {"upstream-protocol-mismatch", .15}}
}

// wrongProtocol: HTTP is sent where by all conventions something else listens.
func wrongProtocol(u errlog.Upstream) bool {
	path := u.Path()
	return u.Scheme == "http" && (u.Port() == 9000 || u.Port() == 443 || u.Port() == 8443 || strings.Contains(path, "php") || strings.Contains(path, "uwsgi")) ||
		u.Scheme == "uwsgi" && strings.Contains(path, "php")
}

func resetLine(ev *errlog.Event) []Candidate {
	u := ev.Upstream
	switch {
	case wrongProtocol(u):
		return []Candidate{{"upstream-protocol-mismatch", .7}, {"upstream-premature-close", .4}, {"oom-killed", .2}}
	case ev.Source == errlog.Apache && u.Scheme != "fastcgi":
		return []Candidate{{"upstream-premature-close", .5}, {"apache-keepalive-reuse", .48}, {"upstream-protocol-mismatch", .2}}
	case u.Scheme == "uwsgi":
		return []Candidate{{"uwsgi-buffer-size", .5}, {"uwsgi-worker-crash", .48}, {"upstream-protocol-mismatch", .3}, {"oom-killed", .2}}
	case servesPHP(u) && u.Path() == "" && u.Address != "":
		return []Candidate{{"fpm-worker-segfault", .42}, {"fpm-request-terminate-timeout", .4}, {"allowed-clients-denied", .35}, {"oom-killed", .3}, {"fpm-reload-inflight", .25}}
	case servesPHP(u):
		return []Candidate{{"fpm-worker-segfault", .45}, {"fpm-request-terminate-timeout", .42}, {"oom-killed", .35}, {"fpm-reload-inflight", .3}}
	}
	return []Candidate{{"upstream-premature-close", .5}, {"upstream-keepalive-race", .38}, {"oom-killed", .3}, {"app-worker-timeout-kill", .25}, {"upstream-protocol-mismatch", .2}}
}

func closedLine(ev *errlog.Event) []Candidate {
	u := ev.Upstream
	switch {
	case wrongProtocol(u):
		return []Candidate{{"upstream-protocol-mismatch", .7}, {"upstream-premature-close", .4}, {"app-worker-timeout-kill", .2}}
	case ev.Source == errlog.LoadBalancer: // it keeps connections a minute, most servers shorter
		return []Candidate{{"upstream-premature-close", .52}, {"upstream-keepalive-race", .5}, {"oom-killed", .25}}
	case ev.Source == errlog.Cloudflared && u.Scheme == "https": // Go calls a handshake that the other side ends EOF
		return []Candidate{{"upstream-premature-close", .5}, {"upstream-tls-handshake", .48}, {"upstream-keepalive-race", .3}}
	case ev.Source == errlog.HAProxy:
		return []Candidate{{"upstream-premature-close", .75}, {"app-worker-timeout-kill", .3}, {"upstream-protocol-mismatch", .25}}
	case ev.Source == errlog.Apache && u.Scheme != "fastcgi":
		return []Candidate{{"upstream-premature-close", .5}, {"apache-keepalive-reuse", .48}, {"app-worker-timeout-kill", .25}}
	case u.Scheme == "uwsgi" || strings.Contains(u.Path(), "uwsgi"):
		return []Candidate{{"uwsgi-app-exception-empty-response", .48}, {"uwsgi-harakiri", .45}, {"uwsgi-worker-crash", .42}, {"upstream-premature-close", .3}}
	case servesPHP(u):
		return []Candidate{{"fpm-worker-segfault", .45}, {"upstream-premature-close", .4}, {"oom-killed", .35}}
	}
	if ev.Method == "POST" || ev.Method == "PATCH" { // a reused connection that was closed is tried anew for the others
		return []Candidate{{"upstream-premature-close", .5}, {"app-worker-timeout-kill", .42}, {"upstream-keepalive-race", .4}, {"node-crash", .35}, {"oom-killed", .25}}
	}
	return []Candidate{{"upstream-premature-close", .5}, {"app-worker-timeout-kill", .42}, {"upstream-keepalive-race", .36}, {"node-crash", .35}, {"oom-killed", .25}}
}

func byNumber(ev *errlog.Event) []Candidate {
	switch {
	case ev.Kind == errlog.HTTP2Frame && ev.Number == 4740180: // "HTT"
		return []Candidate{{"upstream-protocol-mismatch", .97}}
	case ev.Kind == errlog.InvalidHeader && ev.Source == errlog.Apache:
		return []Candidate{{"apache-bad-backend-header", .95}}
	case ev.Kind == errlog.NoWorkerConnections && ev.Upstream.IP().IsLoopback() && (ev.Upstream.Port() == 80 || ev.Upstream.Port() == 443):
		return []Candidate{{"proxy-loop", .75}, {"worker-connections", .7}}
	case ev.Kind == errlog.NoWorkerConnections && ev.Upstream.Address != "" && ev.Upstream.Host() == ev.Server:
		return []Candidate{{"proxy-loop", .85}, {"worker-connections", .6}}
	}
	return nil
}

func byStatus(ev *errlog.Event) []Candidate {
	switch {
	case ev.Kind == errlog.NoHealthyUpstream && ev.Source != errlog.Caddy:
		return []Candidate{{"no-live-upstreams", .75}, {"docker-container-exited", .5}, {"upstream-port-nothing-listening", .45}}
	case ev.Kind == errlog.HAProxyDownStatus && ev.Status < 500:
		return []Candidate{{"haproxy-all-servers-down", .9}}
	case ev.Kind == errlog.HAProxyConnect && strings.HasPrefix(ev.Name, "<") || strings.HasSuffix(ev.Name, "<STATS>"):
		return nil
	case ev.Kind == errlog.AccessGateway && ev.UpstreamStatus >= 500:
		return []Candidate{{"upstream-returned-5xx", .6}, {"upstream-premature-close", .3}}
	case ev.Kind == errlog.AccessGateway && ev.Status == 504:
		return []Candidate{{"upstream-read-timeout", .6}, {"fpm-workers-exhausted", .35}, {"firewall-blocks-upstream", .25}}
	case ev.Kind == errlog.AccessGateway && ev.Status == 503:
		return []Candidate{{"upstream-returned-5xx", .4}, {"maintenance-503", .38}, {"rate-limited-503", .3}}
	}
	return nil
}
