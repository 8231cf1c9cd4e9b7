package errlog

import "strings"

// nginxUpstream reads the messages that begin with "upstream " or "unsupported …".
func nginxUpstream(ev *Event, s string) Kind {
	what, ok := strings.CutPrefix(s, "upstream ")
	if !ok {
		return nginxRest(ev, s)
	}
	switch {
	case strings.HasPrefix(what, "timed out"):
		ev.Errno = ETIMEDOUT
		return timeoutKind(ev.Action)
	case strings.HasPrefix(what, "prematurely closed FastCGI"):
		return FastCGIEmpty
	case strings.HasPrefix(what, "prematurely closed"):
		return closedKind(ev)
	case strings.HasPrefix(what, "sent "):
		return nginxSent(ev, what[len("sent "):])
	case strings.HasPrefix(what, "server temporarily disabled"):
		return ServerDisabled
	case strings.HasPrefix(what, "SSL certificate"):
		ev.Errno, ev.Number = 0, numberAfter(what, "error: (")
		return TLSVerify
	case strings.HasPrefix(what, "rejected request with error"), strings.HasPrefix(what, "closed request with error"):
		if ev.Number = numberAfter(what, "error "); ev.Number == 1 { // PROTOCOL_ERROR of HTTP/2
			return HTTP2Frame
		}
		return closedKind(ev)
	case strings.HasPrefix(what, "response is buffered"):
		return UpstreamBuffered
	case strings.HasPrefix(what, "closed prematurely"):
		return closedKind(ev)
	}
	return nginxRest(ev, s)
}

func timeoutKind(action string) Kind {
	switch {
	case strings.HasPrefix(action, "connecting"):
		return ConnectTimeout
	case strings.HasPrefix(action, "SSL handshaking"):
		return TLSTimeout
	case strings.HasPrefix(action, "reading upstream"):
		return ReadTimeoutBody
	case strings.HasPrefix(action, "sending"):
		return SendTimeout
	case strings.HasPrefix(action, "proxying upgraded"), strings.HasPrefix(action, "proxying and"):
		return UpgradedTimeout
	}
	return ReadTimeout
}

func closedKind(ev *Event) Kind {
	switch {
	case strings.HasPrefix(ev.Action, "reading upstream"):
		return PrematureCloseBody
	case strings.HasPrefix(ev.Action, "proxying upgraded"):
		return UpgradedTimeout
	}
	return PrematureClose
}

// nginxSent reads what stands behind "upstream sent ".
func nginxSent(ev *Event, what string) Kind {
	switch {
	case strings.HasPrefix(what, "too big header"):
		return HeaderTooBig
	case strings.HasPrefix(what, "unsupported FastCGI protocol version"):
		ev.Number = numberAfter(what, "version: ")
		return FastCGIVersion
	case strings.HasPrefix(what, "no valid HTTP"):
		return NotHTTP
	case strings.HasPrefix(what, "too large http2 frame"):
		ev.Number = numberAfter(what, "frame: ")
		return HTTP2Frame
	case strings.HasPrefix(what, "frame for unknown stream"), strings.Contains(what, "http2"):
		return HTTP2Frame
	case strings.HasPrefix(what, "unexpected FastCGI"), strings.HasPrefix(what, "invalid FastCGI"):
		return FastCGIRecord
	case strings.Contains(what, "at the same time"), strings.HasPrefix(what, "unknown \"Transfer-Encoding\""):
		return ConflictingLength
	case strings.HasPrefix(what, "duplicate header line"):
		if strings.HasSuffix(strings.TrimSpace(ev.Message), "ignored") || strings.Contains(ev.Message, ", ignored") {
			return Notice
		}
		return ConflictingLength
	case strings.HasPrefix(what, "invalid chunked"), strings.HasPrefix(what, "more data than"), strings.HasPrefix(what, "data after"):
		return InvalidBody
	case strings.HasPrefix(what, "invalid"):
		return InvalidHeader
	}
	return InvalidHeader
}
