package errlog

import "strings"

// envoyPhrases are of Envoy, Istio and what else is built on it.
func envoyPhrases() []phrase {
	return []phrase{
		{"upstream connect error or disconnect/reset before headers", ConnectFailed, Envoy, "", envoyText},
		{"upstream reset: reset reason", ConnectFailed, Envoy, "", envoyText}, // at level debug
		{"no healthy upstream", NoHealthyUpstream, Envoy, "", nil},
		{"upstream request timeout", ReadTimeout, Envoy, "", nil},
		{"stream timeout", ReadTimeout, Envoy, "", nil},
		{"upstream_reset_before_response_started", PrematureClose, Envoy, "", envoyReset},
		{"upstream_response_timeout", ReadTimeout, Envoy, "", nil},
		{"upstream_per_try_timeout", ReadTimeout, Envoy, "", nil},
		{"no_healthy_upstream", NoHealthyUpstream, Envoy, "", nil},
		{"cluster_not_found", NoRoute, Envoy, "", nil},
		{"route_not_found", NoRoute, Envoy, "", nil},
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

// envoyAccess reads "GET / HTTP/1.1" 503 UF upstream_reset_before_response_started{connection_failure,…} …
func (p *Parser) envoyAccess(ev *Event, s string) bool {
	if s == "" || s[0] != '"' {
		return false
	}
	end := accessQuote(s[1:])
	f := strings.Fields(s[min(end+2, len(s)):])
	if len(f) < 2 {
		return false
	}
	status, n := number(f[0])
	if n != 3 {
		return false
	}
	ev.Source, ev.Status, ev.Message = Envoy, status, s
	setRequest(ev, s[1:1+end])
	ev.Kind = envoyFlag(f[1], status)
	envoyErrno(ev, s)
	return true
}

func envoyErrno(ev *Event, s string) {
	if i := strings.Index(s, "delayed_connect_error:_"); i >= 0 {
		ev.Errno = linuxErrno(numberAfter(s[i:], "_error:_"))
	}
}

func envoyFlag(flags string, status int) Kind {
	switch first, _, _ := strings.Cut(flags, ","); first {
	case "UF", "URX":
		return ConnectRefused
	case "UC", "UR":
		return PrematureClose
	case "UT":
		return ReadTimeout
	case "UH":
		return NoHealthyUpstream
	case "UO":
		return Overflow
	case "NR", "NC":
		return NoRoute
	case "DC", "DPE":
		return ClientClosed
	case "RL", "RLSE", "UAEX":
		return RateLimited
	}
	return accessKind(status)
}

// envoyTail reads what follows the status of an access line, " UC upstream_reset_before_response_started{…} …".
func envoyTail(ev *Event, s string) {
	flags, _, _ := strings.Cut(strings.TrimLeft(s, " "), " ")
	if len(flags) < 2 || flags[0] < 'A' || flags[0] > 'Z' {
		return
	}
	if kind := envoyFlag(flags, 0); kind != Unknown {
		ev.Source, ev.Kind = Envoy, kind
		envoyErrno(ev, s)
	}
}

// envoyJSON reads the members that Envoy's access log has in its form of objects.
func envoyJSON(ev *Event, s string) {
	flags, ok := member(s, "response_flags")
	if !ok || flags == "" || flags == "-" {
		return
	}
	if kind := envoyFlag(flags, 0); kind != Unknown {
		ev.Source, ev.Kind = Envoy, kind
		ev.Message, _ = member(s, "response_code_details")
		envoyErrno(ev, s)
	}
}

// envoyReset reads "upstream_reset_before_response_started{connection_failure}", with spaces or without.
func envoyReset(ev *Event, s string) {
	why := strings.ReplaceAll(between(s, "response_started{", "}"), "_", " ")
	switch {
	case strings.HasPrefix(why, "connection failure"), strings.HasPrefix(why, "remote connection failure"):
		ev.Kind = ConnectRefused
	case strings.HasPrefix(why, "connection timeout"):
		ev.Kind, ev.Errno = ConnectTimeout, ETIMEDOUT
	case strings.HasPrefix(why, "overflow"):
		ev.Kind = Overflow
	case strings.HasPrefix(why, "protocol error"):
		ev.Kind = NotHTTP
	}
	envoyErrno(ev, s)
}
