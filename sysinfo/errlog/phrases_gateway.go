package errlog

import "strings"

// gatewayPhrases are those of Apache without a number, HAProxy's events, Varnish, LiteSpeed, Envoy and IIS.
func gatewayPhrases() []phrase {
	return []phrase{
		{"ModSecurity: Access denied with", WAFDenied, Unnamed, "", wafStatus},
		{"mod_fcgid: read data timeout", FcgidTimeout, Apache, "", nil},
		{"mod_fcgid: ap_pass_brigade failed", ClientClosed, Apache, "", nil},
		{"mod_fcgid: HTTP request length", FcgidTooLarge, Apache, "", nil},
		{"mod_fcgid: can't apply process slot", FcgidNoSlot, Apache, "", nil},
		{"mod_fcgid: error reading data from FastCGI server", FcgidClosed, Apache, "", nil},
		{"FastCGI server closed connection", FcgidClosed, Apache, "", nil},
		{"get unexpected signal", FcgidClosed, Apache, "mod_fcgid", nil},
		{"mod_fcgid: stderr:", ScriptOutput, Apache, "", stderr},
		{"End of script output before headers", ScriptEndedEarly, Apache, "", nil},
		{"malformed header from script", InvalidHeader, Apache, "", nil},
		{"Invalid status line from script", InvalidHeader, Apache, "", nil},
		{"Invalid command '", ConfigError, Apache, "perhaps misspelled", nil},
		{"FastCGI: failed to connect to server", ConnectFailed, Apache, "", fastcgiModule},
		{"aborted: idle timeout", FcgidTimeout, Apache, "FastCGI: comm with", nil}, // mod_fastcgi
		{"FastCGI: comm with", FcgidClosed, Apache, "aborted: ", nil},
		{"FastCGI: incomplete headers (", ScriptEndedEarly, Apache, "", nil},
		{"get overlap result error", FcgidClosed, Apache, "mod_fcgid", nil},
		{"Error reading from remote server", ReadFollow, Apache, "proxy: ", nil},
		{"ajp_ilink_receive", AJPFailed, Apache, "", nil},
		{"ajp_msg_check_header() got", AJPFailed, Apache, "", nil},
		{"proxy: AJP: attempt to connect", AJPFailed, Apache, "", nil},
		{"connecting to backend failed. Tomcat is", AJPFailed, Apache, "", nil}, // mod_jk
		{"connecting to tomcat failed", AJPFailed, Apache, "", nil},
		{"is down (errno=", AJPFailed, Apache, "tomcat", nil},
		{"Error connecting to the Tomcat process", AJPFailed, Apache, "", nil},
		{"Tomcat is down or refused connection", AJPFailed, Apache, "", nil},
		{"Syntax error on line", ConfigError, Apache, "", nil},
		{"but not enabled [Hint: SSLProxyEngine]", TLSHandshake, Apache, "", nil},
		{"failed to enable ssl support for", TLSHandshake, Apache, "", nil},
		{"SSL Proxy: Peer certificate", TLSVerify, Apache, "", nil},
		{"Configuration Failed", ConfigError, Apache, "", nil},
		{"possible DoS attack", RateLimited, Apache, "Blacklisting", nil},
		{"Resource Limit Is Reached", RateLimited, LiteSpeed, "", nil},
		{"error reading status line from remote server", PrematureClose, Apache, "", oldStatusLine},
		{": attempt to connect to ", ConnectFailed, Apache, "failed", oldConnect},
		{"failed to make connection to backend", ConnectFollow, Apache, "", nil},
		{"disabled connection for (", BalancerDown, Apache, "", nil},
		{"All workers are in error state", BalancerDown, Apache, "", nil},
		{"server reached MaxClients setting", MaxRequestWorkers, Apache, "", nil},
		{"server reached MaxRequestWorkers", MaxRequestWorkers, Apache, "", nil},
		{"no listening sockets available, shutting down", AddressInUse, Apache, "", nil},
		{"exit signal Segmentation fault", ApacheChildCrash, Apache, "child pid", nil},
		{"make_sock: could not bind to address", AddressInUse, Apache, "", nil},

		{"has no server available!", HAProxyNoServer, HAProxy, "backend", noServer},
		{" is DOWN", HAProxyDownOther, HAProxy, "Server ", haproxyDown},
		{" is going DOWN", HAProxyDownOther, HAProxy, "Server ", haproxyDown},
		{"Health check for server", HAProxyDownOther, HAProxy, "failed", haproxyDown},
		{"SSL handshake failure", ClientTLS, HAProxy, "", nil},
		{" started.", Started, HAProxy, "Proxy ", nil},
		{"Cannot bind to source address before connect()", BindSourceFailed, HAProxy, "", nil},
		{"no free ports", HAProxyNoPorts, HAProxy, "", nil},
		{"local address already in use", HAProxyNoPorts, HAProxy, "", nil},
		{"Fatal errors found in configuration", ConfigError, HAProxy, "", nil},
		{"rror(s) found in configuration file", ConfigError, HAProxy, "", nil},
		{" : parsing [", ConfigError, HAProxy, "[ALERT]", haproxyPlace},
		{"annot raise FD limit", TooManyFiles, HAProxy, "", nil},
		{"reached system FD limit", TooManyFiles, HAProxy, "", nil},
		{"reached process FD limit", TooManyFiles, HAProxy, "", nil},
		{"reached process maxsock limit", TooManyFiles, HAProxy, "", nil},
		{"could not resolve address", HAProxyDNS, HAProxy, "disabling server", nil},
		{"could not resolve address", HostNotFound, HAProxy, "", nil},
		{"cannot bind socket", AddressInUse, HAProxy, "", nil},

		{"FetchError", VarnishFetchFailed, Varnish, "", fetchError},
		{"Still sick", VarnishUnhealthy, Varnish, "", nil},
		{" sick ", VarnishUnhealthy, Varnish, "probe", nil}, // varnishadm backend.list, 6 and on
		{" Sick ", VarnishUnhealthy, Varnish, "probe", nil},
		{"Went sick", VarnishUnhealthy, Varnish, "", nil},
		{"BogoHeader", HeaderTooBig, Varnish, "Too many headers", nil},
		{") said Child", Notice, Varnish, "Child (", nil},
		{") Started", Started, Varnish, "Child (", nil},
		{"VCL compilation failed", ConfigError, Varnish, "", nil},
		{"Error 503 Backend fetch failed", VarnishFetchFailed, Varnish, "", nil},
		{"Backend fetch failed", VarnishFetchFailed, Varnish, "", nil},
		{"Guru Mediation", VarnishFetchFailed, Varnish, "", nil},
		{"Error 503 backend read error", VarnishFetchFailed, Varnish, "", nil},
		{"Guru Meditation", VarnishFetchFailed, Varnish, "", nil},

		{"upstream connect error or disconnect/reset before headers", ConnectFailed, Envoy, "", envoyText},
		{"no healthy upstream", NoHealthyUpstream, Envoy, "", nil},
		{"upstream request timeout", ReadTimeout, Envoy, "", nil},
		{"stream timeout", ReadTimeout, Envoy, "", nil},

		{"ExtConn timed out while processing", ReadTimeout, LiteSpeed, "", nil},
		{"ExtConn timed out while connecting", ConnectTimeout, LiteSpeed, "", nil},
		{"No request delivery notification has been received", ReadTimeout, LiteSpeed, "", nil},
		{"lscgid: execve()", FPMForkFailed, LiteSpeed, "temporarily unavailable", nil},
		{"is used, give up", ConfigError, LiteSpeed, "socket address", nil},
		{"uds://", ConnectFailed, LiteSpeed, "rror: ", litespeed},
		{"uds://", ConnectFailed, LiteSpeed, "onnection refused", litespeed},
		{"onnection to [", ConnectFailed, LiteSpeed, "error: ", litespeed},
		{"connection to [uds:", ConnectFailed, LiteSpeed, "", litespeed},

		{"HTTP Error 502.5", GunicornBootFailed, IIS, "", nil},
		{"ANCM Out-Of-Process Startup Failure", GunicornBootFailed, IIS, "", nil},
		{"HTTP Error 502.3", ConnectFailed, IIS, "", arr},
		{"0x80072ee2", ReadTimeout, IIS, "", nil},
		{"0x80072efd", ConnectRefused, IIS, "", nil},
		{"0x80072efe", PrematureClose, IIS, "", nil},
		{"0x80072f8f", TLSVerify, IIS, "", nil},
		{"0x80072f7d", TLSHandshake, IIS, "", nil},
	}
}

func wafStatus(ev *Event, s string) { ev.Status = numberAfter(s, "with code ") }

func stderr(ev *Event, s string) { ev.Kind = stderrKind(ev, s) }

// oldConnect reads Apache 2.2: "(111)Connection refused: proxy: HTTP: attempt to connect to 127.0.0.1:8080 (*) failed".
func oldConnect(ev *Event, s string) {
	if ev.Errno == 0 {
		ev.Errno = errnoOf(s)
	}
	if ev.Errno == 0 {
		ev.Errno = errnoText(s)
	}
	apr := 0
	if strings.Contains(s, "(70007)") {
		apr = aprTimeout
	}
	ev.Kind = apacheConnect(ev, apr, s)
}

// fastcgiModule reads mod_fastcgi's: the name it calls a server by looks like a path, and a socket is behind it.
func fastcgiModule(ev *Event, s string) {
	if ev.Errno == 0 {
		ev.Errno = errnoText(s)
	}
	ev.Upstream.Scheme = "fastcgi"
	ev.Kind = connectKind(ev, true)
}

func oldStatusLine(ev *Event, s string) {
	apr := numberAfter(s, "(")
	if ev.Errno == ECONNRESET || strings.Contains(s, "onnection reset") {
		apr = ECONNRESET
	}
	if strings.Contains(s, "(70007)") || strings.Contains(s, "timeout specified") {
		apr = aprTimeout
	}
	ev.Kind = apacheRead(ev, 1102, apr, s)
}

func noServer(ev *Event, s string) {
	ev.Name = strings.Trim(between(s, "backend ", " has no"), "'\"")
}

func haproxyPlace(ev *Event, s string) { ev.Place = between(s, "parsing [", "]") }

// fetchError reads Varnish's "FetchError backend x: fail errno 111 (Connection refused)" and its other texts.
func fetchError(ev *Event, s string) {
	s = after(s, "FetchError")
	ev.Name = between(s, "backend ", ":")
	switch {
	case strings.Contains(s, "errno "):
		ev.Errno = linuxErrno(numberAfter(s, "errno "))
		ev.Kind = connectKind(ev, false)
	case strings.Contains(s, "unhealthy"), strings.Contains(s, "returned no backend"), strings.Contains(s, "No backend"):
		ev.Kind = VarnishUnhealthy
	case strings.Contains(s, "busy"):
		ev.Kind = VarnishBusy
	case strings.Contains(s, "first byte timeout"):
		ev.Kind = ReadTimeout
	case strings.Contains(s, "overflow"):
		ev.Kind = HeaderTooBig
	case strings.Contains(s, "http format error"):
		ev.Kind = InvalidHeader
	case strings.Contains(s, "HTC"), strings.Contains(s, "backend closed"), strings.Contains(s, "http first read error"):
		ev.Kind = PrematureClose
	case strings.Contains(s, "straight insufficient"), strings.Contains(s, "chunked"), strings.Contains(s, "between bytes"):
		ev.Kind = PrematureCloseBody
	}
}

// envoyText reads the page that Envoy and Istio show.
func envoyText(ev *Event, s string) {
	switch {
	case strings.Contains(s, "CERTIFICATE_VERIFY_FAILED"):
		ev.Kind = TLSVerify
	case strings.Contains(s, "WRONG_VERSION_NUMBER"):
		ev.Kind = TLSWrongVersion
	case strings.Contains(s, "TLS error"), strings.Contains(s, "TLS_error"):
		ev.Kind = TLSHandshake
	case strings.Contains(s, "connect error: "):
		ev.Errno = linuxErrno(numberAfter(s, "connect error: "))
		ev.Kind = connectKind(ev, false)
	case strings.Contains(s, "connection timeout"):
		ev.Kind, ev.Errno = ConnectTimeout, ETIMEDOUT
	case strings.Contains(s, "connection termination"), strings.Contains(s, "remote reset"):
		ev.Kind = PrematureClose
	case strings.Contains(s, "protocol error"):
		ev.Kind = NotHTTP
	case strings.Contains(s, "overflow"):
		ev.Kind = Overflow
	default:
		ev.Kind, ev.Errno = ConnectRefused, ECONNREFUSED
	}
}

func litespeed(ev *Event, s string) {
	if path := between(s, "uds://", "]"); path != "" {
		ev.Upstream.Address = "unix:/" + strings.TrimLeft(path, "/")
	}
	ev.Errno = errnoText(s)
	switch ev.Errno {
	case ECONNRESET, EPIPE:
		ev.Kind = ReadReset
	case ETIMEDOUT: // a socket file does not let one wait for the connection
		ev.Kind = ReadTimeout
	case 0:
		ev.Kind = Unknown
	default:
		ev.Kind = connectKind(ev, ev.Upstream.Path() != "")
	}
}

func arr(ev *Event, s string) {
	switch {
	case strings.Contains(s, "timed out"):
		ev.Kind = ReadTimeout
	case strings.Contains(s, "terminated abnormally"):
		ev.Kind = PrematureClose
	default:
		ev.Kind, ev.Errno = ConnectRefused, ECONNREFUSED
	}
}
