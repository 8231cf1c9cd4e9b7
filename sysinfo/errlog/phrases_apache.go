package errlog

import "strings"

// apachePhrases are Apache's without a number, and those of its modules.
func apachePhrases() []phrase {
	return []phrase{
		{"ModSecurity: Access denied with", WAFDenied, Unnamed, "", wafStatus},
		{"ModSecurity: Request body", BodyTooLarge, Unnamed, "larger than the configured limit", nil}, // SecRequestBodyLimit, SecRequestBodyNoFilesLimit
		{"content-length of ", BodyTooLarge, Apache, " is larger than the configured limit", nil},     // http_filters.c, LimitRequestBody
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
		{" not allowed here", ConfigError, Apache, "/.htaccess: ", nil},
		{"cannot compile regular expression", ConfigError, Apache, "/.htaccess: ", nil},
		{"without matching <", ConfigError, Apache, "/.htaccess: ", nil},
		{"/.htaccess: ", ConfigError, Apache, ": bad flag", nil},
		{"/.htaccess: ", ConfigError, Apache, " takes ", nil},
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
		{"prefetch request body failed", ClientTimeout, Apache, "", nil}, // the visitor does not send what it announced
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
