package errlog

// goPhrases are what Go's libraries say through any proxy written in Go.
func goPhrases() []phrase {
	return []phrase{
		{"aborting with incomplete response", ClientClosed, Caddy, ": write tcp ", nil}, // what it read from the app it could not hand on
		{"client disconnected", ClientClosed, Unnamed, "", nil},
		{"context canceled", ClientClosed, Unnamed, "", nil},
		{": no such host", ResolveFailed, Unnamed, "", noHost},
		{"dial tcp", ConnectFailed, Unnamed, ": ", dialed},
		{"dial unix", ConnectFailed, Unnamed, ": ", dialed},
		{": i/o timeout", ResolverDown, Unnamed, "lookup ", nil},
		{": i/o timeout", ReadTimeout, Unnamed, " tcp ", nil},
		{": i/o timeout", ReadTimeout, Unnamed, "read unix ", nil},
		{"no upstreams available", NoHealthyUpstream, Caddy, "", nil},
		{"no hosts available upstream", NoHealthyUpstream, Caddy, "", nil},
		{"no available server", NoHealthyUpstream, Traefik, "", nil},
		{"timeout awaiting response headers", ReadTimeout, Unnamed, "", nil},
		{"first record does not look like a TLS handshake", TLSWrongVersion, Unnamed, "", nil},
		{"server gave HTTP response to HTTPS client", TLSWrongVersion, Unnamed, "", nil},
		{"TLS handshake error from", ClientTLS, Unnamed, "", nil},
		{"x509: ", TLSVerify, Unnamed, "", nil},
		{"remote error: tls:", TLSHandshake, Unnamed, "", nil},
		{"tls: handshake failure", TLSHandshake, Unnamed, "", nil},
		{"malformed HTTP response", NotHTTP, Unnamed, "", nil},
		{"malformed HTTP status code", NotHTTP, Unnamed, "", nil},
		{"malformed HTTP version", NotHTTP, Unnamed, "", nil},
		{"malformed MIME header", InvalidHeader, Unnamed, "", nil}, // net/textproto, ReadMIMEHeader
		{"bad Content-Length", InvalidHeader, Unnamed, "", nil},
		{"unsupported transfer encoding", InvalidHeader, Unnamed, "", nil}, // net/http, transfer.go
		{"server response headers exceeded", HeaderTooBig, Unnamed, "", nil},
		{"aborting with incomplete response", PrematureCloseBody, Caddy, "", nil},
		{"read: connection reset by peer", ReadReset, Unnamed, "", resetBy},
		{"write: connection reset by peer", SendReset, Unnamed, "", resetBy},
		{"TLS handshake timeout", TLSTimeout, Unnamed, "net/http", nil},
		{"http: abort Handler", ClientClosed, Unnamed, "", nil},
		{"write: broken pipe", SendReset, Unnamed, "", nil},
		{"does not exist", NoRoute, Traefik, "the service", nil},
		{"ould not find network named", WrongNetwork, Traefik, "ontainer", nil},
		{"port is missing", WrongNetwork, Traefik, "ervice", nil},
		{"unable to find the IP address for the container", WrongNetwork, Traefik, "", nil},
		{"ealth check failed, removing from server list", ServerDisabled, Traefik, "", nil},
		{": bind: address already in use", AddressInUse, Unnamed, ": listen", nil},
		{": unknown network ", ConfigError, Unnamed, "dial ", nil}, // a scheme where an address belongs
		{"unsupported protocol scheme", InvalidURL, Unnamed, "", nil},
		{"server closed idle connection", PrematureClose, Unnamed, "", nil},
		{"caused by: EOF", PrematureClose, Traefik, "", nil},
		{"error=EOF", PrematureClose, Traefik, "502 ", nil},
		{"proxy error: EOF", PrematureClose, Unnamed, "", nil},
		{"traffic from cloudflared: EOF", PrematureClose, Cloudflared, "", origin},
		{`"msg":"EOF"`, PrematureClose, Caddy, "", nil},
		{"unexpected EOF", PrematureClose, Unnamed, "", nil},
		{"unreachable backend", NoHealthyUpstream, Caddy, "", nil}, // 0.x
		{"reading from backend", PrematureCloseBody, Caddy, "", nil},
		{"stream error: stream ID", PrematureClose, Unnamed, "received from peer", nil},
		{"http2: server sent GOAWAY", PrematureClose, Unnamed, "", nil},
		{"http2: client connection lost", PrematureClose, Unnamed, "", nil},
		{"transport connection broken", PrematureClose, Unnamed, "", nil},
		{"Client.Timeout exceeded while awaiting headers", ReadTimeout, Unnamed, "", nil},
		{"adapting config using caddyfile", ConfigError, Caddy, "", nil},
		{"context deadline exceeded", ReadTimeout, Unnamed, "", nil},
		{"net/http: request canceled", ClientClosed, Unnamed, "", nil},
	}
}
