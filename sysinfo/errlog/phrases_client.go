package errlog

import "strings"

// clientPhrases are what a client of the failing server says: curl, Python, JavaScript, Java, Docker. People paste these when
// they have no log of the gateway.
func clientPhrases() []phrase {
	return []phrase{
		{"curl: (7) ", ConnectRefused, Unnamed, "onnect", curlConnect},
		{"cURL error 7: ", ConnectRefused, Unnamed, "onnect", curlConnect}, // PHP
		{"cURL error 6: ", ResolveFailed, Unnamed, "", nil},
		{"cURL error 52: ", PrematureClose, Unnamed, "", nil},
		{"cURL error 60: ", TLSVerify, Unnamed, "", nil},
		{"curl: (28) ", ReadTimeout, Unnamed, "timed out", curlTimeout},
		{"curl: (52) Empty reply", PrematureClose, Unnamed, "", nil},
		{"curl: (56) ", ReadReset, Unnamed, "reset", nil},
		{"curl: (35) ", TLSHandshake, Unnamed, "", curlTLS},
		{"curl: (60) ", TLSVerify, Unnamed, "", nil},
		{"Could not resolve host", ResolveFailed, Unnamed, "", nil},
		{"Name or service not known", ResolveFailed, Unnamed, "", nil},
		{"Temporary failure in name resolution", ResolveFailed, Unnamed, "", nil},
		{"nodename nor servname provided", ResolveFailed, Unnamed, "", nil},
		{"Failed to establish a new connection: [Errno 111]", ConnectRefused, Unnamed, "", nil},
		{"Remote end closed connection without response", PrematureClose, Unnamed, "", nil},
		{"ServerDisconnectedError", PrematureClose, Unnamed, "", nil},
		{"ConnectionResetError(104", ReadReset, Unnamed, "", nil},
		{"CERTIFICATE_VERIFY_FAILED", TLSVerify, Unnamed, "", nil},
		{"WRONG_VERSION_NUMBER", TLSWrongVersion, Unnamed, "", nil},
		{"lain HTTP request was sent to HTTPS port", TLSWrongVersion, Unnamed, "", nil},
		{"lient sent an HTTP request to an HTTPS server", TLSWrongVersion, Unnamed, "", nil},
		{"combination of host and port requires TLS", TLSWrongVersion, Unnamed, "", nil},
		{"HTTP Error 502: ", AccessGateway, Unnamed, "", pageStatus},
		{"HTTP Error 503: ", AccessGateway, Unnamed, "", pageStatus},
		{"HTTP Error 504: ", AccessGateway, Unnamed, "", pageStatus},
		{"tatus code was 50", AccessGateway, Unnamed, "", pageStatus}, // Ansible
		{"returned error: 50", AccessGateway, Unnamed, "", pageStatus},
		{"502 Server Error", AccessGateway, Unnamed, "", pageStatus},
		{"503 Server Error", AccessGateway, Unnamed, "", pageStatus},
		{"504 Server Error", AccessGateway, Unnamed, "", pageStatus},
		{"status code 50", AccessGateway, Unnamed, "", pageStatus},
		{"status code: 50", AccessGateway, Unnamed, "", pageStatus},
		{"received an invalid response from an upstream server", PrematureClose, Apache, "", nil},
		{"Reason: Error reading from remote server", ReadFollow, Apache, "", nil},
		{"Reason: Error during SSL Handshake", TLSHandshake, Apache, "", nil},
		{"Reason: DNS lookup failure for", ResolveFailed, Apache, "", nil},
		{"due to maintenance downtime or capacity problems", AccessGateway, Apache, "", unavailable},
		{"Briefly unavailable for scheduled maintenance", Maintenance, Unnamed, "", nil},
		{"pplication is in maintenance mode", Maintenance, Unnamed, "", nil},
		{"ite is currently under maintenance", Maintenance, Unnamed, "", nil},
		{"page you are looking for is temporarily unavailable", AccessGateway, Nginx, "", nil},
		{"page you are looking for is currently unavailable", AccessGateway, Nginx, "", nil},
	}
}

func unavailable(ev *Event, _ string) { ev.Status = 503 }

// curlConnect: (7) is every failure of connect(), the text tells which.
func curlConnect(ev *Event, s string) {
	if ev.Errno = errnoText(s); ev.Errno == 0 {
		ev.Errno = ECONNREFUSED
	}
	ev.Upstream.Address = between(s, "onnect to ", " ") + ":" + wordAfter(s, " port ")
	ev.Upstream.Address = trimColon(ev.Upstream.Address)
	ev.Kind = connectKind(ev, false)
}

func trimColon(s string) string {
	for s != "" && (s[0] == ':' || s[len(s)-1] == ':') {
		if s[0] == ':' {
			s = s[1:]
		} else {
			s = s[:len(s)-1]
		}
	}
	return s
}

func curlTimeout(ev *Event, s string) {
	if hasAny(s, "onnection timed out", "onnect to") {
		ev.Kind, ev.Errno = ConnectTimeout, ETIMEDOUT
	}
}

func curlTLS(ev *Event, s string) {
	if hasAny(s, "wrong version number", "unknown protocol", "packet length too long") {
		ev.Kind = TLSWrongVersion
	}
}

func hasAny(s string, words ...string) bool {
	for _, word := range words {
		if strings.Contains(s, word) {
			return true
		}
	}
	return false
}
