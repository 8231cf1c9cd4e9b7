package errlog

import "strings"

// tlsKind: without "to upstream" it is a visitor, most often a scanner.
func tlsKind(ev *Event, s string) Kind {
	if !strings.Contains(s, "upstream") && ev.Upstream.Address == "" && !within(ev) {
		switch {
		case strings.Contains(s, "SSL_CTX_use_PrivateKey"), strings.Contains(s, "SSL_CTX_load"), strings.Contains(s, "key values mismatch"):
			ev.Place = placeIn(s)
			return CertUnreadable
		}
		return ClientTLS
	}
	switch {
	case strings.Contains(s, "wrong version number"), strings.Contains(s, "unknown protocol"), strings.Contains(s, "packet length too long"),
		strings.Contains(s, "http request"), strings.Contains(s, "record layer failure"):
		return TLSWrongVersion
	case strings.Contains(s, "certificate verify failed"):
		return TLSVerify
	}
	ev.Number = numberAfter(s, "alert number ")
	return TLSHandshake
}

// within says that a request was being served: the visitor's handshake was over then, so this one was a script's own
// (OpenResty) to another server.
func within(ev *Event) bool { return ev.Action == "" && ev.Method != "" }
