package errlog

import "strings"

// nginxCall reads messages about a system call: recv(), readv(), send(), writev(), socket(), accept4(), bind(),
// pwrite(), and words with the same first letters.
func nginxCall(ev *Event, s string) Kind {
	switch {
	case strings.HasPrefix(s, "recv() "), strings.HasPrefix(s, "readv() "), strings.HasPrefix(s, "recvmsg()"):
		return received(ev)
	case strings.HasPrefix(s, "send() "), strings.HasPrefix(s, "writev() "), strings.HasPrefix(s, "sendfile"), strings.HasPrefix(s, "sendmsg()"):
		return sent(ev)
	case strings.HasPrefix(s, "socket() failed"), strings.HasPrefix(s, "accept"):
		return fromErrno(ev, TooManyFiles)
	case strings.HasPrefix(s, "bind("):
		return bindKind(ev, s)
	case strings.HasPrefix(s, "still could not bind"):
		return AddressInUse
	case strings.HasPrefix(s, "pwrite"), strings.HasPrefix(s, "write()"):
		return writeKind(ev, s)
	case strings.HasPrefix(s, "peer closed connection in SSL handshake"):
		return tlsClosed(ev)
	case strings.HasPrefix(s, "access forbidden by rule"):
		return AccessForbidden
	case strings.HasPrefix(s, "rewrite or internal redirection cycle"):
		return RewriteLoop
	case strings.HasPrefix(s, "an upstream response is buffered"):
		return UpstreamBuffered
	case strings.HasPrefix(s, "a client request body is buffered"):
		return BodyBuffered
	case strings.HasPrefix(s, "worker process"):
		return workerEnded(ev, s)
	case strings.HasPrefix(s, "shared memory zone"), strings.HasPrefix(s, "sched_setaffinity"):
		return Notice
	}
	return nginxRest(ev, s)
}

// fromUpstream tells the two sides of the gateway apart: the same call fails on either.
func fromUpstream(ev *Event) bool {
	return strings.Contains(ev.Action, "upstream") || (ev.Action == "" && ev.Upstream.Address != "")
}

func received(ev *Event) Kind {
	switch {
	case strings.Contains(ev.Action, "resolving"):
		return ResolverDown
	case strings.HasPrefix(ev.Action, "reading upstream"):
		return ReadResetBody
	case strings.HasPrefix(ev.Action, "proxying"):
		return UpgradedTimeout
	case fromUpstream(ev) && ev.Errno == ECONNREFUSED:
		return ConnectRefused
	case fromUpstream(ev) && ev.Errno == ETIMEDOUT:
		return ReadTimeout
	case fromUpstream(ev):
		return ReadReset
	}
	return ClientClosed
}

func sent(ev *Event) Kind {
	switch {
	case strings.Contains(ev.Action, "resolving"):
		return ResolverDown
	case strings.HasPrefix(ev.Action, "logging to syslog"):
		return Notice
	case strings.HasPrefix(ev.Action, "sending request"), strings.HasPrefix(ev.Action, "connecting"):
		return SendReset
	case strings.HasPrefix(ev.Action, "proxying"):
		return UpgradedTimeout
	}
	return ClientClosed
}

func fromErrno(ev *Event, usual Kind) Kind {
	switch ev.Errno {
	case EMFILE, ENFILE, 105, 12: // no buffer space, no memory: the same shortage
		return usual
	case 97: // EAFNOSUPPORT: a sandbox forbids the family
		return ConnectFailed
	case ECONNABORTED:
		return ClientClosed
	}
	return Unknown
}

const ECONNABORTED = 103

func bindKind(ev *Event, s string) Kind {
	ev.Upstream.Address = coalesce(ev.Upstream.Address, between(s, "bind() to ", " failed"))
	switch {
	case strings.HasPrefix(ev.Action, "connecting to upstream"):
		return BindSourceFailed
	case ev.Errno == EADDRINUSE:
		return AddressInUse
	case ev.Errno == EACCES:
		return BindDenied
	}
	return ConfigError
}

func writeKind(ev *Event, s string) Kind {
	ev.Script = between(s, `"`, `"`)
	switch {
	case ev.Errno == ENOSPC, ev.Errno == 122: // disk, quota
		return NoSpace
	case strings.Contains(s, "has written only"):
		return ShortWrite
	case ev.Errno == EPIPE, ev.Errno == ECONNRESET:
		return ClientClosed
	}
	return NoSpace
}

func tlsClosed(ev *Event) Kind {
	if fromUpstream(ev) || within(ev) {
		return TLSClosed
	}
	return ClientTLS
}

// workerEnded reads "worker process 12141 exited on signal 11" and "… exited with code 0".
func workerEnded(ev *Event, s string) Kind {
	ev.Worker = numberAfter(s, "process ")
	ev.Name = "nginx"
	if ev.Signal = numberAfter(s, "on signal "); ev.Signal > 0 && ev.Signal != 15 {
		if ev.Signal == 9 {
			return FPMKilled
		}
		return GatewayWorkerCrash
	}
	if ev.Exit = numberAfter(s, "with code "); ev.Exit == 2 {
		return ConfigError
	}
	return WorkerExit
}

func coalesce(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
