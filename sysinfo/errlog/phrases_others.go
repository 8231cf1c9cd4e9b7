package errlog

import "strings"

// otherPhrases are of lighttpd, Kong and APISIX, of Google's and Amazon's balancers, of Fastly and CloudFront.
func otherPhrases() []phrase {
	return []phrase{
		{"establishing connection failed: ", ConnectFailed, Unnamed, "", lighttpd},
		{"_backend.c.", ConnectFailed, Unnamed, "failed: ", lighttpd},
		{"_backend.c.", ConnectFailed, Unnamed, ") connect() ", lighttpd}, // 1.4.79 and on
		{"connect failed: ", ConnectFailed, Unnamed, "(mod_", lighttpd},
		{"all handlers for ", NoLiveUpstreams, Unnamed, "are down", nil},
		{"response not received, request sent:", PrematureClose, Unnamed, "", nil},
		{"backend is overloaded; we'll disable it", FPMSeemsBusy, Unnamed, "", nil},
		{"unexpected end-of-file (perhaps the fastcgi process died)", PrematureClose, Unnamed, "", nil},

		{"n invalid response was received from the upstream server", PrematureClose, Unnamed, "", nil},
		{"ailure to get a peer from the ring-balancer", NoLiveUpstreams, Unnamed, "", nil},
		{"name resolution failed", ResolveFailed, Unnamed, "", nil},
		{"upstream server is timing out", ReadTimeout, Unnamed, "", nil},
		{"no Route matched with those values", Notice, Unnamed, "", nil},

		{"failed_to_connect_to_backend", ConnectRefused, LoadBalancer, "", nil},
		{"backend_connection_closed_before_data_sent_to_client", PrematureClose, LoadBalancer, "", nil},
		{"backend_connection_closed_after_partial_response_sent", PrematureCloseBody, LoadBalancer, "", nil},
		{"backend_timeout", ReadTimeout, LoadBalancer, "", nil},
		{"failed_to_pick_backend", NoLiveUpstreams, LoadBalancer, "", nil},
		{"client_disconnected_before_any_response", ClientClosed, LoadBalancer, "", nil},

		{"first byte timeout", ReadTimeout, Varnish, "503", nil},
		{"Backend is unhealthy", VarnishUnhealthy, Varnish, "", nil},
		{"CloudFront wasn't able to connect to the origin", ConnectFailed, LoadBalancer, "", nil},
		{"able to resolve the origin domain name", ResolveFailed, LoadBalancer, "", nil},
		{"CloudFront attempted to establish a connection with the origin", ConnectFailed, LoadBalancer, "", nil},
	}
}

// lighttpd reads "connect() /run/php/php8.1-fpm.sock failed: No such file or directory" and its older texts.
func lighttpd(ev *Event, s string) {
	ev.Errno = errnoText(s)
	unix := ""
	if i := strings.Index(s, "unix:"); i >= 0 {
		unix, _, _ = strings.Cut(s[i+len("unix:"):], " ")
	} else if path := between(s, "connect() /", " failed"); path != "" {
		unix = "/" + path
	} else if path := between(s, "connect() /", ": "); path != "" {
		unix = "/" + path
	}
	if unix != "" {
		ev.Upstream.Address = "unix:" + unix
	}
	ev.Kind = connectKind(ev, unix != "")
}

// loadBalancer reads a line of Amazon's: type, time, name, client, target, three times, status, the target's status.
func (p *Parser) loadBalancer(ev *Event, s string) bool {
	if s == "" || s[0] != 'h' && s[0] != 'w' && s[0] != 'g' {
		return false
	}
	f := strings.Fields(s[:min(len(s), 300)])
	if len(f) < 13 || !strings.HasPrefix(f[2], "app/") {
		return false
	}
	status, n := number(f[8])
	if n != 3 {
		return false
	}
	ev.Source, ev.Status, ev.Message = LoadBalancer, status, s
	ev.Time, _ = p.clock.iso(f[1])
	ev.Client = clientAddress(f[3])
	ev.UpstreamStatus, _ = number(f[9])
	if f[4] != "-" {
		ev.Upstream.Address = f[4]
	}
	setRequest(ev, between(s, `"`, `"`))
	ev.Kind = balancerKind(ev)
	return true
}

func balancerKind(ev *Event) Kind {
	switch {
	case ev.Status == 460 || ev.Status == 463:
		return ClientClosed
	case ev.UpstreamStatus > 0:
		return accessKind(ev.Status) // the target's own answer
	case ev.Status == 502:
		return PrematureClose
	case ev.Status == 503:
		return NoEndpoints
	case ev.Status == 504:
		return ReadTimeout
	}
	return accessKind(ev.Status)
}

// squid reads "1700000000.123 0 203.0.113.4 TCP_MISS_ABORTED/502 0 GET http://example.com/ - HIER_DIRECT/10.0.0.5 -".
func (p *Parser) squid(ev *Event, s string) bool {
	i := strings.Index(s, " TCP_")
	if i < 12 || i > 60 || s[0]-'0' > 9 {
		return false
	}
	result, rest, _ := strings.Cut(s[i+1:], " ")
	_, code, ok := strings.Cut(result, "/")
	status, n := number(code)
	if !ok || n != 3 {
		return false
	}
	ev.Source, ev.Status, ev.Message, ev.Kind = LoadBalancer, status, s, accessKind(status)
	if f := strings.Fields(rest); len(f) > 1 {
		ev.Method = f[1]
	}
	return true
}
