package errlog

import "strings"

// litespeedPhrases are LiteSpeed's and OpenLiteSpeed's.
func litespeedPhrases() []phrase {
	return []phrase{
		{"ExtConn timed out while processing", ReadTimeout, LiteSpeed, "", nil},
		{"ExtConn timed out while connecting", ConnectTimeout, LiteSpeed, "", nil},
		{"No request delivery notification has been received", ReadTimeout, LiteSpeed, "", nil},
		{"lscgid: execve()", FPMForkFailed, LiteSpeed, "temporarily unavailable", nil},
		{"is used, give up", ConfigError, LiteSpeed, "socket address", nil},
		{"uds://", ConnectFailed, LiteSpeed, "rror: ", litespeed},
		{"uds://", ConnectFailed, LiteSpeed, "onnection refused", litespeed},
		{"onnection to [", ConnectFailed, LiteSpeed, "error: ", litespeed},
		{"connection to [uds:", ConnectFailed, LiteSpeed, "", litespeed},
	}
}

func litespeed(ev *Event, s string) {
	if path := between(s, "uds://", "]"); path != "" {
		ev.Upstream.Address = "unix:/" + strings.TrimLeft(path, "/")
	}
	if at := between(s, "onnection to [", "]"); ev.Upstream.Address == "" && !strings.Contains(at, "/") {
		ev.Upstream.Address = at
	}
	ev.Errno = errnoText(s)
	switch ev.Errno {
	case ECONNRESET, EPIPE:
		ev.Kind = ReadReset
	case ETIMEDOUT: // a socket file does not let one wait for the connection
		ev.Kind = ReadTimeout
	case 0:
		ev.Kind = Unknown
	default:
		ev.Kind = connectKind(ev, ev.Upstream.Path() != "")
	}
}
