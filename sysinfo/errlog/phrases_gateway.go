package errlog

import "strings"

// gatewayPhrases are HAProxy's events and Varnish's.
func gatewayPhrases() []phrase {
	return []phrase{
		{"has no server available!", HAProxyNoServer, HAProxy, "backend", noServer},
		{" is DOWN", HAProxyDownOther, HAProxy, "Server ", haproxyDown},
		{" is going DOWN", HAProxyDownOther, HAProxy, "Server ", haproxyDown},
		{"Health check for server", HAProxyDownOther, HAProxy, "failed", haproxyDown},
		{"check_desc: Layer", CheckPassed, HAProxy, " passed", nil},
		{"check_status: L", CheckPassed, HAProxy, "OK", nil},
		{"check_desc: ", HAProxyDownOther, HAProxy, "", haproxyDown}, // of "show stat"
		{"check_status: L", HAProxyDownOther, HAProxy, "", haproxyDown},
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

		{"Body cannot be fetched", ConflictingLength, Varnish, "", nil}, // its tag is Error: bin/varnishd/cache/cache_fetch.c
		{"FetchError", VarnishFetchFailed, Varnish, "", fetchError},
		{"fail errno ", VarnishFetchFailed, Varnish, "", fetchError},
		{"Still sick", VarnishUnhealthy, Varnish, "", nil},
		{" sick ", VarnishUnhealthy, Varnish, "probe", nil}, // varnishadm backend.list, 6 and on
		{" Sick ", VarnishUnhealthy, Varnish, "probe", nil},
		{"Went sick", VarnishUnhealthy, Varnish, "", nil},
		{"BogoHeader", HeaderTooBig, Varnish, "Too many headers", nil},
		{"BogoHeader", HeaderTooBig, Varnish, "Header too l", nil}, // "long", "large": cache_http1_proto.c
		{"BogoHeader", InvalidHeader, Varnish, "Illegal char", nil},
		{"BogoHeader", InvalidHeader, Varnish, "ctrl char", nil},
		{"BogoHeader", InvalidHeader, Varnish, "without ':'", nil},
		{"BogoHeader", InvalidHeader, Varnish, "white space", nil},
		{") said Child", Notice, Varnish, "Child (", nil},
		{") Started", Started, Varnish, "Child (", nil},
		{"VCL compilation failed", ConfigError, Varnish, "", nil},
		{"Error 503 Backend fetch failed", VarnishFetchFailed, Varnish, "", nil},
		{"Backend fetch failed", VarnishFetchFailed, Varnish, "", nil},
		{"Guru Mediation", VarnishFetchFailed, Varnish, "", nil},
		{"Error 503 backend read error", VarnishFetchFailed, Varnish, "", nil},
		{"Guru Meditation", VarnishFetchFailed, Varnish, "", nil},
	}
}

func noServer(ev *Event, s string) {
	ev.Name = strings.Trim(between(s, "backend ", " has no"), "'\"")
}

func haproxyPlace(ev *Event, s string) { ev.Place = between(s, "parsing [", "]") }

// fetchError reads Varnish's "FetchError backend x: fail errno 111 (Connection refused)" and its other texts.
func fetchError(ev *Event, s string) {
	s = coalesce(after(s, "FetchError"), s)
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
