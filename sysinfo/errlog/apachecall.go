package errlog

import "strings"

// What Apache says of its calls to a backend, by its number and the code of its library.

func apacheConnect(ev *Event, apr int, s string) Kind {
	if apr == aprTimeout {
		ev.Errno = ETIMEDOUT
	}
	ev.Upstream.Scheme = apacheScheme(s)
	if path := apacheSocketPath(s); path != "" {
		ev.Upstream.Address = "unix:" + path
		ev.Host = between(s, path+" (", ")")
		if ev.Errno == 0 && strings.Contains(path, " ") {
			return ConnectUnixMissing // the code was not copied, but nobody has a file of that name
		}
		return connectKind(ev, true)
	}
	address := between(s, "attempt to connect to ", " ")
	ev.Upstream.Address = strings.TrimSuffix(address, ":*")
	if apr == aprTimeout {
		return ConnectTimeout
	}
	if ev.Errno == 0 {
		ev.Errno = errnoText(ev.Message)
	}
	return connectKind(ev, false)
}

// apacheSocketPath may have blanks in it when more was written into ProxyPass than a path.
func apacheSocketPath(s string) string {
	path := after(s, "Unix domain socket ")
	if whole, _, ok := strings.Cut(path, " ("); ok {
		return whole
	}
	path, _, _ = strings.Cut(path, " ")
	return path
}

// apacheScheme reads "http", "FCGI", "AJP", "uwsgi" before ": attempt".
func apacheScheme(s string) string {
	i := strings.Index(s, ": attempt to")
	if i < 0 {
		return ""
	}
	name := strings.ToLower(lastWord(s[:i]))
	if name == "fcgi" {
		return "fastcgi"
	}
	return name
}

func apacheRead(ev *Event, ah, apr int, s string) Kind {
	ev.Upstream.Address = coalesce(between(s, "remote server ", " "), after(s, "remote server "))
	ev.Action = "reading the response"
	switch {
	case ah == 10404:
		return InvalidHeader
	case ah == 1110 && apr == aprTimeout:
		return ReadTimeoutBody
	case ah == 1110:
		return PrematureCloseBody
	case apr == aprTimeout:
		ev.Errno = ETIMEDOUT
		return ReadTimeout
	case apr == ECONNRESET, apr == EPIPE:
		return ReadReset
	}
	return PrematureClose
}

func apacheDispatch(ev *Event, apr int) Kind {
	ev.Upstream.Scheme = "fastcgi"
	switch apr {
	case aprTimeout:
		ev.Errno = ETIMEDOUT
		return ReadTimeout
	case 22:
		return ReadFollow // "Got bogus version" before it says why
	case ECONNRESET, EPIPE:
		return ReadReset
	case aprGeneral, aprEOF:
		return PrematureClose
	}
	return ReadFollow
}

func apacheProxyError(ev *Event, s string) Kind {
	ev.URI = after(s, "returned by ")
	switch {
	case strings.Contains(s, "DNS lookup failure"):
		ev.Name = between(s, "DNS lookup failure for: ", " ")
		return ResolveFailed
	case strings.Contains(s, "SSL Handshake"):
		return TLSHandshake
	}
	return ReadFollow
}

func apacheFCGI(ev *Event, ah int, s string) Kind {
	if ah == 1068 {
		ev.Number = numberAfter(s, "version ")
		return FastCGIVersion
	}
	return ReadFollow
}

func apacheChild(ev *Event, s string) Kind {
	ev.Worker = numberAfter(s, "child pid ")
	if i := strings.LastIndexByte(s, '('); i >= 0 {
		ev.Signal, _ = number(s[i+1:])
	}
	return ApacheChildCrash
}

func apacheSocket(ev *Event, ah int) Kind {
	if ev.Errno == 0 {
		ev.Errno = errnoText(ev.Message)
	}
	switch {
	case ev.Errno == EMFILE || ev.Errno == ENFILE:
		return TooManyFiles
	case ev.Errno == EACCES && ah == 952: // socket() itself: no right of any file is asked for it
		return ConnectDenied
	}
	return BindSourceFailed
}

func after(s, mark string) string {
	if i := strings.Index(s, mark); i >= 0 {
		return s[i+len(mark):]
	}
	return ""
}
