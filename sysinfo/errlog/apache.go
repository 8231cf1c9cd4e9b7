package errlog

import "strings"

// apache reads "[Sun Nov 22 12:35:44.636612 2026] [proxy:error] [pid 5358:tid 5358] (111)Connection refused:
// [client 127.0.0.1:37368] AH00957: …", and the 2.2 form without module, pid and AH number.
func (p *Parser) apache(ev *Event, s string) bool {
	t, n := p.clock.ctime(s[1:])
	if n == 0 || n+1 >= len(s) || s[n+1] != ']' {
		return false
	}
	ev.Source, ev.Time = Apache, t
	p.apacheMessage(ev, apacheBrackets(ev, strings.TrimLeft(s[n+2:], " ")))
	return true
}

// oldApache is an Apache line whose time was cut off.
func (p *Parser) oldApache(ev *Event, s string) {
	ev.Source, ev.Kind = Apache, Unknown
	p.apacheMessage(ev, apacheBrackets(ev, s))
}

// apacheBrackets reads [module:level], [pid N:tid N], [client …] and [remote …]; the code stands between them.
func apacheBrackets(ev *Event, s string) string {
	for strings.HasPrefix(s, "[") {
		end := strings.IndexByte(s, ']')
		if end < 0 || end > 80 {
			break
		}
		word := s[1:end]
		switch {
		case strings.HasPrefix(word, "pid "):
			ev.PID = numberAfter(word, "pid ")
		case strings.HasPrefix(word, "client "):
			ev.Client = clientAddress(word[len("client "):])
		case strings.HasPrefix(word, "remote "):
			ev.Upstream.Address = word[len("remote "):]
		case ev.Level == "":
			_, ev.Level, _ = strings.Cut(word, ":")
			ev.Level = coalesce(ev.Level, word)
		}
		s = strings.TrimLeft(s[end+1:], " ")
	}
	return s
}

// clientAddress takes the port off, which every request has another of.
func clientAddress(s string) string {
	if i := strings.LastIndexByte(s, ':'); i > 0 && strings.Count(s, ":") == 1 || strings.Contains(s, "]:") {
		return s[:i]
	}
	return s
}

// apacheMessage reads "(111)Connection refused: AH00957: http: attempt …": code, then client, then number, then text.
func (p *Parser) apacheMessage(ev *Event, s string) {
	code := ""
	if file, rest, found := strings.Cut(s, ".c("); found && !strings.ContainsAny(file, " :[(") { // "mod_proxy_fcgi.c(914): (70007)The …"
		_, s, _ = strings.Cut(rest, "): ")
	}
	if strings.HasPrefix(s, "(") {
		if i := strings.Index(s, ": "); i >= 0 {
			code, s = s[:i], s[i+2:]
		}
	}
	s = apacheBrackets(ev, s)
	ev.Message = s
	apr := 0
	if code != "" && !strings.HasPrefix(code, "(EAI") {
		apr, _ = number(code[1:])
		if apr < aprGeneral {
			ev.Errno = linuxErrno(apr)
		}
	}
	if i := strings.LastIndex(s, ", referer: "); i >= 0 {
		s = s[:i]
	}
	ah := 0
	if i := strings.Index(s, "AH"); i >= 0 {
		if n, digits := number(s[i+2:]); digits == 5 {
			ah = n
		}
	}
	ev.Kind = p.apacheKind(ev, ah, apr, s)
}
