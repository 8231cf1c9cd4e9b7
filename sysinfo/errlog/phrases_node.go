package errlog

import "strings"

// nodePhrases are Node's, npm's, and of proxies written in JavaScript.
func nodePhrases() []phrase {
	return []phrase{
		{"elf signed certificate", TLSVerify, Node, "rror: ", nil},
		{"elf-signed certificate", TLSVerify, Node, "rror: ", nil},
		{"unable to verify the first certificate", TLSVerify, Node, "", nil},
		{"ERR_TLS_CERT_ALTNAME_INVALID", TLSVerify, Node, "", nil},
		{"certificate has expired", TLSVerify, Node, "rror: ", nil},
		{"EPROTO ", TLSWrongVersion, Node, "wrong version number", nil},
		{"Parse Error: Expected HTTP/", NotHTTP, Node, "", nil},
		{"Parse Error: Header overflow", HeaderTooBig, Node, "", nil},
		{"JavaScript heap out of memory", NodeHeap, Node, "", nil},
		{"Reached heap limit", NodeHeap, Node, "", nil},
		{"EADDRINUSE", AppAddressInUse, Node, "", nil},
		{"Errno 98] Address already in use", AppAddressInUse, Unnamed, "", nil},
		{"Address already in use", AppAddressInUse, Unnamed, "", nil},
		{"address already in use", AppAddressInUse, Unnamed, "", nil},
		{"Cannot find module '", ModuleMissing, Node, "", nil},
		{"MODULE_NOT_FOUND", ModuleMissing, Node, "", nil},
		{"connect ECONNREFUSED", ConnectRefused, Node, "", refusedBy},
		{"ECONNREFUSED", ConnectRefused, Node, "", refusedBy},
		{"connect ENOENT", ConnectUnixMissing, Node, "", refusedBy},
		{"connect EACCES", ConnectUnixDenied, Node, "", refusedBy},
		{"connect ETIMEDOUT", ConnectTimeout, Node, "", refusedBy},
		{"connect EHOSTUNREACH", ConnectNoRoute, Node, "", refusedBy},
		{"connect ENETUNREACH", ConnectNetUnreachable, Node, "", refusedBy},
		{"connect EADDRNOTAVAIL", ConnectNoAddress, Node, "", refusedBy},
		{"connect EAGAIN", ConnectUnixFull, Node, "", refusedBy},
		{"getaddrinfo ENOTFOUND", ResolveFailed, Node, "", nil},
		{"getaddrinfo EAI_AGAIN", ResolveFailed, Node, "", nil},
		{"Could not proxy request", ConnectFailed, Node, "Proxy error", nil},
		{"socket hang up", PrematureClose, Node, "", nil},
		{"ECONNRESET", ReadReset, Node, "", nil},
		{"EMFILE", TooManyFiles, Node, "too many open files", nil},
		{"throw er; // Unhandled 'error' event", NodeCrash, Node, "", nil},
		{"throw err;", NodeCrash, Node, "", nil},
		{"UnhandledPromiseRejection: This error originated", NodeCrash, Node, "", nil},
		{"triggerUncaughtException", NodeCrash, Node, "", nil},
		{"[nodemon] app crashed", NodeCrash, Node, "", nil},
		{"Node.js v", NodeCrash, Node, "", nodeTrailer},
		{"npm ERR! code ELIFECYCLE", NodeCrash, Node, "", nil},
		{"issing script: ", NodeCrash, Node, "", nil},
		{"npm error code E", NodeCrash, Node, "", nil},
		{"npm ERR! code E", NodeCrash, Node, "", nil},
		{"<--- Last few GCs", NodeCrash, Node, "", nil},
		{"Could not find a production build in the", NodeCrash, Node, "", nil},
		{"[PM2][ERROR] Script not found", NodeCrash, Node, "", nil},
		{"[PM2][ERROR]", PM2Errored, PM2, "", nil},
		{"Command failed with exit code 137", OutOfMemory, Node, "", nil},
		{"Command failed with signal \"SIGKILL\"", OutOfMemory, Node, "", nil},
		{"Command failed with exit code", NodeCrash, Node, "", nil},
		{": not found", NodeCrash, Node, "sh: ", nil},
		{"rror occurred while trying to proxy", ConnectRefused, Node, "", nil},
		{"http proxy error", ConnectRefused, Node, "", nil},
	}
}

// crashPhrases are of programs in other languages that end by themselves.
func crashPhrases() []phrase {
	return []phrase{
		{"panic: ", AppCrash, Unnamed, "", nil}, // Go
		{"goroutine 1 [running]", AppCrash, Unnamed, "", nil},
		{"' panicked at ", AppCrash, Unnamed, "thread '", nil}, // Rust
		{"Unhandled exception. System.", AppCrash, Unnamed, "", nil},
		{"not possible to find any compatible framework version", AppCrash, Unnamed, "", nil},
		{"abnormal exit, status=", AppCrash, PHP, "orker", nil}, // Swoole
		{"terminate called after throwing an instance of", AppCrash, Unnamed, "", nil},
	}
}

// nodeTrailer: Node prints its version last when it dies, and programs print it when they begin.
func nodeTrailer(ev *Event, s string) {
	if !strings.HasPrefix(s, "Node.js v") {
		ev.Kind = Started
	}
}
