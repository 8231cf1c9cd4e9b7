package errlog

import "strings"

// readFields walks ", client: a, server: b, request: "GET / HTTP/1.1", upstream: "…", host: "…", referrer: "…"".
// A field cut off in the middle keeps what there is.
func readFields(ev *Event, s string) {
	for strings.HasPrefix(s, ", ") {
		colon := strings.Index(s, ": ")
		if colon < 0 || colon > 14 {
			return
		}
		name := s[2:colon]
		value := s[colon+2:]
		if strings.HasPrefix(value, `"`) {
			end := quoted(name, value[1:])
			s = value[min(1+end+1, len(value)):]
			value = value[1 : 1+end]
		} else {
			end := strings.Index(value, ", ")
			if end < 0 {
				end = len(value)
			}
			s, value = value[end:], value[:end]
		}
		setField(ev, name, value)
	}
}

// quoted finds the closing quote. nginx escapes nothing here, and a request line is whatever a stranger sent, so its
// end is the quote behind the protocol.
func quoted(name, s string) int {
	if name == "request" {
		if i := strings.Index(s, ` HTTP/`); i >= 0 {
			if j := strings.IndexByte(s[i:], '"'); j >= 0 && j <= len(` HTTP/2.0`) {
				return i + j
			}
		}
	}
	if i := strings.Index(s, `", `); i >= 0 {
		return i
	}
	if i := strings.IndexByte(s, '"'); i >= 0 {
		return i
	}
	return len(s)
}

func setField(ev *Event, name, value string) {
	switch name {
	case "client":
		ev.Client = value
	case "server":
		ev.Server = value
	case "request":
		setRequest(ev, value)
	case "upstream":
		ev.Upstream = ReadUpstream(strings.TrimSpace(value))
	case "host":
		ev.Host = value
	}
}

// setRequest reads "GET /path HTTP/1.1".
func setRequest(ev *Event, s string) {
	method, rest, _ := strings.Cut(s, " ")
	if len(method) > 20 {
		return
	}
	ev.Method = method
	uri, _, _ := strings.Cut(rest, " ")
	ev.URI = uri
}

// briefFields takes the server and the upstream, and the host where the server says nothing.
func briefFields(ev *Event, s string) {
	s = s[max(0, strings.IndexByte(s, ',')):]
	server, ok := strings.CutPrefix(s, ", server: ")
	if !ok {
		readFields(ev, s)
		return
	}
	end := strings.IndexByte(server, ',')
	if end < 0 {
		ev.Server = server
		return
	}
	ev.Server, s = server[:end], server[end:]
	if request, ok := strings.CutPrefix(s, `, request: "`); ok {
		ev.Method, _, _ = strings.Cut(request[:min(len(request), 20)], " ")
		s = request[min(quoted("request", request)+1, len(request)):]
	}
	if upstream, ok := strings.CutPrefix(s, `, upstream: "`); ok && named(ev.Server) {
		if end := strings.IndexByte(upstream, '"'); end >= 0 {
			ev.Upstream = ReadUpstream(upstream[:end])
			return
		}
	}
	readFields(ev, s)
}
