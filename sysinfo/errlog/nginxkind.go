package errlog

import (
	"strings"
)

// nginxKind switches on the first byte of the message and compares a few prefixes: this is the path a log of
// gigabytes takes.
func nginxKind(ev *Event, s string) Kind {
	if s == "" {
		return Unknown
	}
	switch s[0] {
	case 'c':
		return nginxC(ev, s)
	case 'u':
		return nginxUpstream(ev, s)
	case 'r', 's', 'w', 'p', 'a', 'b', 'k':
		return nginxCall(ev, s)
	case 'S', 'F', 'A', 'P', 'M':
		return nginxCapital(ev, s)
	case 'n', 'i', 'l', 'd', 'o', 'h', 'v':
		return nginxWord(ev, s)
	case 'e': // epoll_wait() reported that client prematurely closed connection
		if k := nginxQuiet(ev, s); k != Unknown {
			return k
		}
	}
	return nginxRest(ev, s)
}

func nginxC(ev *Event, s string) Kind {
	switch {
	case strings.HasPrefix(s, "connect() "):
		return nginxConnect(ev, s)
	case strings.HasPrefix(s, "client "):
		return nginxClient(s)
	case strings.HasPrefix(s, "conflicting server name"):
		return ConflictingName
	case strings.HasPrefix(s, "could not build optimal"):
		return TypesHash
	case strings.HasPrefix(s, "cannot load certificate"):
		ev.Place = placeIn(s)
		return CertUnreadable
	case strings.HasPrefix(s, "configuration file"):
		return testResult(s)
	}
	return nginxRest(ev, s)
}

// nginxConnect: with an address, connect() itself failed; without, the kernel said so later.
func nginxConnect(ev *Event, s string) Kind {
	if address, ok := strings.CutPrefix(s, "connect() to "); ok && ev.Upstream.Address == "" {
		if i := strings.Index(address, " failed"); i >= 0 {
			address = address[:i]
		}
		ev.Upstream = ReadUpstream(address)
	}
	if strings.Contains(ev.Action, "resolving") {
		return ResolverDown
	}
	if strings.Contains(ev.Action, "OCSP") || strings.Contains(ev.Action, "certificate status") {
		return Stapling
	}
	unix := strings.Contains(s, " unix:") || ev.Upstream.Path() != ""
	return connectKind(ev, unix)
}

// connectKind is for every gateway: what an errno of connect() means, on a socket file and on a port.
func connectKind(ev *Event, unix bool) Kind {
	if unix {
		switch ev.Errno {
		case ENOENT, ENOTDIR: // the second: the name goes on behind the socket's
			return ConnectUnixMissing
		case EACCES:
			return ConnectUnixDenied
		case ECONNREFUSED:
			return ConnectUnixRefused
		case EAGAIN:
			return ConnectUnixFull
		case EPROTOTYPE:
			return ConnectUnixWrongType
		}
	}
	switch ev.Errno {
	case ECONNREFUSED:
		return ConnectRefused
	case ECONNRESET: // it was accepted, and reset before nginx came to look
		return ReadReset
	case EACCES:
		return ConnectDenied
	case EHOSTUNREACH, 112: // EHOSTDOWN
		return ConnectNoRoute
	case ENETUNREACH, 100: // ENETDOWN
		return ConnectNetUnreachable
	case EADDRNOTAVAIL, EAGAIN:
		return ConnectNoAddress
	case EINVAL:
		return ConnectInvalid
	case ETIMEDOUT:
		return ConnectTimedOut
	case EMFILE, ENFILE:
		return TooManyFiles
	}
	return ConnectFailed
}

func nginxClient(s string) Kind {
	switch {
	case strings.HasPrefix(s, "client intended to send too large"):
		return BodyTooLarge
	case strings.HasPrefix(s, "client sent too long"), strings.HasPrefix(s, "client sent too large"):
		return BodyTooLarge
	case strings.HasPrefix(s, "client sent"), strings.HasPrefix(s, "client SSL certificate"):
		return ClientInvalid
	case strings.HasPrefix(s, "client timed out"):
		return ClientTimeout
	}
	return ClientClosed
}

func testResult(s string) Kind {
	if strings.HasSuffix(s, "failed") {
		return TestFailed
	}
	return ConfigOK
}

// placeIn reads the "in /etc/nginx/conf.d/x.conf:12" a configuration error ends with.
func placeIn(s string) string {
	i := strings.LastIndex(s, " in /")
	if i < 0 {
		return ""
	}
	place, _, _ := strings.Cut(s[i+4:], " ")
	return strings.TrimRight(place, ".,;`\"'*")
}
