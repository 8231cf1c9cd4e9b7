package checks

import (
	"strings"

	"fix502/sysinfo/errlog"
)

// What was behind an answer that did not come, or broke off.

var slowPriors = []prior{
	{"Apache keeps connections of its own, and its own limit is the one that struck", apacheHTTP,
		[]Candidate{{"apache-proxy-timeout", .9}, {"upstream-read-timeout", .8}, {"apache-keepalive-reuse", .3}}},
	{"HAProxy tells in its flags whose limit struck", writtenBy(errlog.HAProxy),
		[]Candidate{{"upstream-read-timeout", .93}, {"haproxy-server-timeout", .85}}},
	{"a pool whose workers are all taken writes the same line as one slow page", toPHP,
		[]Candidate{{"upstream-read-timeout", .7}, {"fpm-workers-exhausted", .5}, {"mysql-slow", .25}, {"external-api-slow", .2}, {"upstream-protocol-mismatch", .15}}},
	{"what is slow is mostly behind the app", anyLine,
		[]Candidate{{"upstream-read-timeout", .8}, {"external-api-slow", .2}, {"mysql-slow", .2}, {"upstream-protocol-mismatch", .15}}},
}

var disabledPriors = []prior{
	{"put aside because of an answer that did not come", func(ev *errlog.Event) bool { return strings.HasPrefix(ev.Action, "reading") },
		[]Candidate{{"no-live-upstreams", .5}, {"upstream-read-timeout", .46}, {"upstream-premature-close", .42}}},
}

var resetPriors = []prior{
	{"a port of another protocol; a kept connection if it is not", wrongProtocol,
		[]Candidate{{"upstream-protocol-mismatch", .7}, {"upstream-premature-close", .4}, {"upstream-keepalive-race", .3}, {"oom-killed", .2}}},
	{"a port of TLS, where the line does not say whether it was asked in TLS", func(ev *errlog.Event) bool { return ev.Upstream.Scheme == "" && portOfTLS(ev.Upstream.Port()) },
		[]Candidate{{"upstream-premature-close", .5}, {"upstream-protocol-mismatch", .46}, {"upstream-tls-handshake", .44}, {"upstream-keepalive-race", .42}}},
	{"Apache reuses connections that the backend has closed", apacheHTTP,
		[]Candidate{{"upstream-premature-close", .5}, {"apache-keepalive-reuse", .48}, {"upstream-protocol-mismatch", .2}}},
	{"uWSGI resets what is larger than its buffer", func(ev *errlog.Event) bool { return ev.Upstream.Scheme == "uwsgi" },
		[]Candidate{{"uwsgi-buffer-size", .5}, {"uwsgi-worker-crash", .48}, {"upstream-protocol-mismatch", .3}, {"oom-killed", .2}}},
	{"PHP-FPM resets when a worker dies; on a port also strangers", toPHPPort,
		[]Candidate{{"fpm-worker-segfault", .42}, {"fpm-request-terminate-timeout", .4}, {"allowed-clients-denied", .35}, {"oom-killed", .3}, {"fpm-reload-inflight", .25}}},
	{"PHP-FPM resets when a worker dies, and does so for few reasons", toPHP,
		[]Candidate{{"fpm-worker-segfault", .45}, {"fpm-request-terminate-timeout", .42}, {"oom-killed", .35}, {"fpm-reload-inflight", .3}}},
	{"Docker's proxy takes connections to a published port, and resets them when nobody listens inside", allOf(isYoung, toItself),
		[]Candidate{{"upstream-premature-close", .5}, {"docker-wrong-port-or-network", .36}, {"oom-killed", .33}, {"upstream-keepalive-race", .3}, {"upstream-protocol-mismatch", .25}}},
	{"who has few visitors meets no race: the app dies, or is asked in the wrong language", isYoung,
		[]Candidate{{"upstream-premature-close", .5}, {"upstream-protocol-mismatch", .36}, {"oom-killed", .33}, {"upstream-keepalive-race", .3}}},
	{"where the line does not say who was asked, it was often PHP-FPM, whose worker died, or uWSGI, whose buffer is small", func(ev *errlog.Event) bool {
		return ev.Source == errlog.Nginx && ev.Upstream.Address == "" && ev.Method == ""
	},
		[]Candidate{{"upstream-premature-close", .5}, {"fpm-worker-segfault", .45}, {"uwsgi-buffer-size", .43}, {"upstream-keepalive-race", .42}, {"upstream-protocol-mismatch", .3}}},
	{"among many requests that go well, a kept connection or a worker that dies", anyLine,
		[]Candidate{{"upstream-premature-close", .5}, {"upstream-keepalive-race", .45}, {"oom-killed", .3}, {"app-worker-timeout-kill", .25}, {"upstream-protocol-mismatch", .2}}},
}

var closedPriors = []prior{
	{"a port of another protocol; a kept connection if it is not", wrongProtocol,
		[]Candidate{{"upstream-protocol-mismatch", .7}, {"upstream-premature-close", .4}, {"upstream-keepalive-race", .3}, {"app-worker-timeout-kill", .2}}},
	{"a cloud's balancer keeps connections a minute, most servers shorter", writtenBy(errlog.LoadBalancer),
		[]Candidate{{"upstream-premature-close", .52}, {"upstream-keepalive-race", .5}, {"oom-killed", .25}}},
	{"Go calls a handshake that the other side ends EOF", allOf(writtenBy(errlog.Cloudflared), func(ev *errlog.Event) bool { return ev.Upstream.Scheme == "https" }),
		[]Candidate{{"upstream-premature-close", .5}, {"upstream-tls-handshake", .48}, {"upstream-keepalive-race", .3}}},
	{"HAProxy sends a request anew on a kept connection where it may", writtenBy(errlog.HAProxy),
		[]Candidate{{"upstream-premature-close", .75}, {"upstream-keepalive-race", .35}, {"app-worker-timeout-kill", .3}, {"upstream-protocol-mismatch", .25}}},
	{"in a mesh the other side may want TLS, or another version of HTTP, and hangs up on who does not speak it", writtenBy(errlog.Envoy),
		[]Candidate{{"upstream-premature-close", .5}, {"upstream-keepalive-race", .46}, {"upstream-protocol-mismatch", .42}, {"app-worker-timeout-kill", .36}}},
	{"to an app behind a socket a guide may write https, which it does not speak", func(ev *errlog.Event) bool {
		return ev.Source == errlog.Apache && strings.HasPrefix(ev.Upstream.Address, "httpd-UDS")
	},
		[]Candidate{{"upstream-premature-close", .5}, {"upstream-protocol-mismatch", .4}, {"app-worker-timeout-kill", .38}, {"apache-keepalive-reuse", .3}}},
	{"Apache reuses connections that the backend has closed", apacheHTTP,
		[]Candidate{{"upstream-premature-close", .5}, {"apache-keepalive-reuse", .48}, {"upstream-protocol-mismatch", .3}, {"app-worker-timeout-kill", .25}}},
	{"on a port uWSGI may speak HTTP, and closes without a word when it is asked in its own language", func(ev *errlog.Event) bool { return ev.Upstream.Scheme == "uwsgi" && ev.Upstream.Path() == "" },
		[]Candidate{{"uwsgi-app-exception-empty-response", .48}, {"upstream-protocol-mismatch", .46}, {"uwsgi-harakiri", .44}, {"uwsgi-worker-crash", .42}}},
	{"uWSGI closes without a word when the app raises or is stopped by its own limit", toUWSGI,
		[]Candidate{{"uwsgi-app-exception-empty-response", .48}, {"uwsgi-harakiri", .45}, {"uwsgi-worker-crash", .42}, {"upstream-premature-close", .3}}},
	{"PHP-FPM closes when a worker dies", toPHP,
		[]Candidate{{"fpm-worker-segfault", .45}, {"upstream-premature-close", .4}, {"oom-killed", .35}}},
	{"among many requests that go well, a kept connection that the app has closed", isBusy,
		[]Candidate{{"upstream-premature-close", .5}, {"upstream-keepalive-race", .48}, {"app-worker-timeout-kill", .42}, {"node-crash", .35}, {"oom-killed", .25}}},
	{"what fails when something is sent is no wrong language: it takes long, or memory", sends,
		[]Candidate{{"upstream-premature-close", .5}, {"app-worker-timeout-kill", .42}, {"oom-killed", .4}, {"node-crash", .38}, {"upstream-keepalive-race", .36}}},
	{"who has few visitors meets no race: the app's own limit strikes, or it is asked in the wrong language", isYoung,
		[]Candidate{{"upstream-premature-close", .5}, {"app-worker-timeout-kill", .42}, {"upstream-protocol-mismatch", .38}, {"upstream-keepalive-race", .36}, {"node-crash", .35}}},
	{"Go's proxies say EOF; containers restart", func(ev *errlog.Event) bool { return ev.Source != errlog.Nginx },
		[]Candidate{{"upstream-premature-close", .5}, {"upstream-keepalive-race", .45}, {"app-worker-timeout-kill", .36}, {"node-crash", .35}, {"oom-killed", .25}}},
	{"with no more than the words, the three that people ended with", anyLine,
		[]Candidate{{"upstream-premature-close", .5}, {"upstream-keepalive-race", .45}, {"upstream-protocol-mismatch", .38}, {"app-worker-timeout-kill", .36}, {"node-crash", .35}}},
}

var closedMidBodyPriors = []prior{
	{"PHP-FPM breaks a page off when its worker dies", toPHP,
		[]Candidate{{"mid-body-failure", .92}, {"fpm-worker-segfault", .5}, {"fpm-request-terminate-timeout", .4}, {"oom-killed", .35}}},
}
