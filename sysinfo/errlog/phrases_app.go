package errlog

import "strings"

// goPhrases are what Go's libraries say through any proxy written in Go.
func goPhrases() []phrase {
	return []phrase{
		{"client disconnected", ClientClosed, Unnamed, "", nil},
		{"context canceled", ClientClosed, Unnamed, "", nil},
		{": no such host", ResolveFailed, Unnamed, "", noHost},
		{"dial tcp", ConnectFailed, Unnamed, ": ", dialed},
		{"dial unix", ConnectFailed, Unnamed, ": ", dialed},
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
		{"server response headers exceeded", HeaderTooBig, Unnamed, "", nil},
		{"aborting with incomplete response", PrematureCloseBody, Caddy, "", nil},
		{"read: connection reset by peer", ReadReset, Unnamed, "", resetBy},
		{"write: broken pipe", SendReset, Unnamed, "", nil},
		{"does not exist", NoRoute, Traefik, "the service", nil},
		{"unsupported protocol scheme", InvalidURL, Unnamed, "", nil},
		{"server closed idle connection", PrematureClose, Unnamed, "", nil},
		{"caused by: EOF", PrematureClose, Traefik, "", nil},
		{"traffic from cloudflared: EOF", PrematureClose, Cloudflared, "", nil},
		{`"msg":"EOF"`, PrematureClose, Caddy, "", nil},
		{"unexpected EOF", PrematureClose, Unnamed, "", nil},
		{"adapting config using caddyfile", ConfigError, Caddy, "", nil},
		{"context deadline exceeded", ReadTimeout, Unnamed, "", nil},
	}
}

// appPhrases are those of databases, Node, Java, Ruby and Python programs.
func appPhrases() []phrase {
	return []phrase{
		{"Fatal error: Uncaught Error", PHPFatal, PHP, "", nil},
		{"SQLSTATE[HY000] [2002]", DatabaseDown, Unnamed, "", nil},
		{"SQLSTATE[HY000] [1040]", DatabaseTooMany, Unnamed, "", nil},
		{"SQLSTATE[HY000] [2006]", DatabaseGone, Unnamed, "", nil},
		{"MySQL server has gone away", DatabaseGone, Unnamed, "", nil},
		{"ERROR 1040 (", DatabaseTooMany, Unnamed, "", nil},
		{"Too many connections", DatabaseTooMany, Unnamed, "", nil},
		{"sorry, too many clients already", DatabaseTooMany, Unnamed, "", nil},
		{"remaining connection slots are reserved", DatabaseTooMany, Unnamed, "", nil},
		{"Can't connect to local MySQL server through socket", DatabaseDown, Unnamed, "", nil},
		{"Can't connect to MySQL server on", DatabaseDown, Unnamed, "", nil},
		{"Error establishing a database connection", DatabaseDown, Unnamed, "", nil},
		{"could not connect to server: Connection refused", DatabaseDown, Unnamed, "", nil},
		{"Lock wait timeout exceeded", DatabaseSlow, Unnamed, "", nil},
		{"Disk is full writing", NoSpace, Database, "", nil},
		{"JavaScript heap out of memory", NodeHeap, Node, "", nil},
		{"Reached heap limit", NodeHeap, Node, "", nil},
		{"EADDRINUSE", AppAddressInUse, Node, "", nil},
		{"Errno 98] Address already in use", AppAddressInUse, Unnamed, "", nil},
		{"Address already in use", AppAddressInUse, Unnamed, "", nil},
		{"address already in use", AppAddressInUse, Unnamed, "", nil},
		{"was already in use", AppAddressInUse, Java, "Port", nil},
		{"Cannot find module '", ModuleMissing, Node, "", nil},
		{"MODULE_NOT_FOUND", ModuleMissing, Node, "", nil},
		{"ModuleNotFoundError: No module named", ModuleMissing, Unnamed, "", nil},
		{"ImportError: cannot import name", ModuleMissing, Unnamed, "", nil},
		{"cannot load such file --", ModuleMissing, Ruby, "", nil},
		{"connect ECONNREFUSED", ConnectRefused, Node, "", refusedBy},
		{"ECONNREFUSED", ConnectRefused, Node, "", refusedBy},
		{"connect ENOENT", ConnectUnixMissing, Node, "", refusedBy},
		{"connect EACCES", ConnectUnixDenied, Node, "", refusedBy},
		{"connect ETIMEDOUT", ConnectTimeout, Node, "", refusedBy},
		{"getaddrinfo ENOTFOUND", ResolveFailed, Node, "", nil},
		{"getaddrinfo EAI_AGAIN", ResolveFailed, Node, "", nil},
		{"socket hang up", PrematureClose, Node, "", nil},
		{"ECONNRESET", ReadReset, Node, "", nil},
		{"EMFILE", TooManyFiles, Node, "too many open files", nil},
		{"triggerUncaughtException", NodeCrash, Node, "", nil},
		{"[nodemon] app crashed", NodeCrash, Node, "", nil},
		{"Node.js v", NodeCrash, Node, "", nodeTrailer},
		{"npm ERR! code ELIFECYCLE", NodeCrash, Node, "", nil},
		{"npm ERR! missing script", NodeCrash, Node, "", nil},
		{"java.lang.OutOfMemoryError", JavaMemory, Java, "", nil},
		{"A fatal error has been detected by the Java Runtime", JavaMemory, Java, "", nil},
		{"are currently busy, waiting", JavaThreads, Java, "", nil},
		{"APPLICATION FAILED TO START", JavaStart, Java, "", nil},
		{"Could not spawn process for application", PassengerSpawn, Ruby, "", nil},
		{"rror occurred while starting the web application", PassengerSpawn, Ruby, "", nil},
		{"application process exited prematurely", PassengerSpawn, Ruby, "", nil},
		{"did not send a complete response", PrematureClose, Ruby, "", nil},
		{"Request queue full. Returning an error", Overflow, Ruby, "", nil},
		{"oo many open files", TooManyFiles, Unnamed, "", nil},
		{"o space left on device", NoSpace, Unnamed, "", nil},
		{"nternal Server Error: /", AppError, Unnamed, "", nil},
		{"Error handling request", AppError, Gunicorn, "", nil},
	}
}

// nodeTrailer: Node prints its version last when it dies, and programs print it when they begin.
func nodeTrailer(ev *Event, s string) {
	if !strings.HasPrefix(s, "Node.js v") {
		ev.Kind = Started
	}
}
