package errlog

import "strings"

// nginxCapital reads SSL_… calls, FastCGI's stderr and ModSecurity.
func nginxCapital(ev *Event, s string) Kind {
	switch {
	case strings.HasPrefix(s, "FastCGI sent in stderr"), strings.HasPrefix(s, "PHP message:"), strings.HasPrefix(s, "Access denied"):
		return stderrKind(ev, s)
	case strings.HasPrefix(s, "SSL_"):
		return tlsKind(ev, s)
	case strings.HasPrefix(s, "ModSecurity: Access denied"):
		ev.Status = numberAfter(s, "with code ")
		return WAFDenied
	}
	return nginxRest(ev, s)
}

func nginxWord(ev *Event, s string) Kind {
	switch {
	case strings.HasPrefix(s, "no live upstreams"):
		return NoLiveUpstreams
	case strings.HasPrefix(s, "no connection data found for keepalive"): // gRPC
		return PrematureClose
	case strings.HasPrefix(s, "no resolver defined"):
		ev.Name = lastWord(s)
		return NoResolver
	case strings.HasPrefix(s, "no port in upstream"):
		return NoPort
	case strings.HasPrefix(s, "no host in upstream"), strings.HasPrefix(s, "no \"ssl_certificate\""):
		ev.Place = placeIn(s)
		return ConfigError
	case strings.HasPrefix(s, "invalid URL prefix"):
		ev.Place = placeIn(s)
		return InvalidURL
	case strings.HasPrefix(s, "invalid port in"), strings.HasPrefix(s, "invalid host in"):
		if ev.Place = placeIn(s); ev.Place != "" { // written in the file; else put together from a variable
			return ConfigError
		}
		return InvalidURL
	case strings.HasPrefix(s, "limiting "), strings.HasPrefix(s, "delaying request"):
		return limited(s)
	case strings.HasPrefix(s, "directory index of"):
		return DirectoryForbidden
	case strings.HasPrefix(s, "host not found in upstream"):
		ev.Name, ev.Place = between(s, `"`, `"`), placeIn(s)
		return HostNotFound
	case strings.HasPrefix(s, "open() "), strings.HasPrefix(s, "opendir() "):
		return openKind(ev, s)
	case strings.HasPrefix(s, "no user/password"):
		return LoginFailed
	case strings.HasPrefix(s, "low address bits"), strings.HasPrefix(s, "no \"server_name"), strings.HasPrefix(s, "inotify"):
		return Notice
	}
	return nginxRest(ev, s)
}

func limited(s string) Kind {
	if strings.HasPrefix(s, "delaying") || strings.Contains(s, "dry run") {
		return Notice
	}
	return RateLimited
}

// openKind: a missing page is a 404; a temporary file that cannot be made is not.
func openKind(ev *Event, s string) Kind {
	file := between(s, `"`, `"`)
	ev.Script = file
	temp := strings.Contains(file, "/nginx/") && (strings.Contains(file, "body/") || strings.Contains(file, "proxy/") ||
		strings.Contains(file, "fastcgi/") || strings.Contains(file, "uwsgi/") || strings.Contains(file, "scgi/") || strings.Contains(file, "_temp/"))
	switch {
	case ev.Errno == EMFILE || ev.Errno == ENFILE:
		return TooManyFiles
	case ev.Errno == ENOSPC:
		return NoSpace
	case temp && (ev.Errno == EACCES || ev.Errno == ENOENT || ev.Errno == 30):
		return TempDenied
	case ev.Level == "emerg":
		ev.Place = placeIn(s)
		return ConfigError
	case strings.HasSuffix(file, ".pid"):
		ev.Name = "nginx.service"
		return UnitStopped // a reload with nobody to be reloaded
	case ev.Errno == EACCES:
		return AccessForbidden
	}
	return FileMissing
}

// nginxRest is for messages that do not begin with a word of nginx's own: a host name, a number, a quoted thing.
func nginxRest(ev *Event, s string) Kind {
	switch {
	case strings.Contains(s, " could not be resolved ("):
		ev.Name, _, _ = strings.Cut(s, " ")
		ev.Errno, ev.Number = 0, numberAfter(s, "resolved (") // an answer code of DNS, or 110
		return ResolveFailed
	case strings.Contains(s, "worker_connections are not enough"):
		if strings.Contains(s, "reusing connections") {
			return Notice
		}
		ev.Number, _ = number(s)
		return NoWorkerConnections
	case ev.Errno == ENOMEM:
		return OutOfMemory
	case ev.Level == "emerg":
		ev.Place = placeIn(s)
		return ConfigError
	case ev.Errno != 0 && strings.HasPrefix(ev.Action, "connecting to upstream"):
		return connectKind(ev, ev.Upstream.Path() != "")
	case ev.Errno != 0 && strings.HasPrefix(ev.Action, "reading response header from upstream"):
		return received(ev)
	}
	return nginxQuiet(ev, s)
}

func nginxQuiet(ev *Event, s string) Kind {
	switch {
	case strings.Contains(s, " was not found") && strings.Contains(s, "user "), strings.Contains(s, "password mismatch"):
		return LoginFailed
	case strings.Contains(s, "is forbidden"), strings.Contains(s, " is not found ("):
		return FileMissing
	case strings.Contains(s, "stapling"), strings.Contains(s, "OCSP"):
		return Stapling
	case strings.Contains(s, "is deprecated"), strings.Contains(s, "has no effect"), strings.Contains(s, "makes sense only"):
		return Deprecated
	case strings.Contains(s, "stderr:"), strings.Contains(s, "PHP message:"):
		return stderrKind(ev, s)
	case strings.Contains(s, "epoll_wait() reported that client"), strings.Contains(s, " closed keepalive connection"):
		return ClientClosed
	case strings.HasPrefix(s, "[lua]"): // what Kong and APISIX say is known by phrases
		return Unknown
	case ev.Level == "notice", ev.Level == "info", ev.Level == "debug", ev.Level == "warn":
		return Notice
	case strings.Contains(s, "duplicate value"), strings.Contains(s, "conflicting parameter"):
		return Notice
	}
	return Unknown
}

func lastWord(s string) string {
	return s[strings.LastIndexByte(s, ' ')+1:]
}
