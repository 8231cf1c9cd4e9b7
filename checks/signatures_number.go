package checks

import (
	"strings"

	"fix502/sysinfo/errlog"
)

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
