package errlog

import "strings"

// isNginx knows the fixed head of the error log: "2026/11/22 12:20:43 [error] 156#156: ".
func isNginx(s string) bool {
	return len(s) > 22 && s[4] == '/' && s[7] == '/' && s[10] == ' ' && s[13] == ':' && s[16] == ':' &&
		s[19] == ' ' && s[20] == '[' && s[0] == '2' && s[18]-'0' <= 9
}

// nginx reads a whole line of the error log.
func (p *Parser) nginx(ev *Event, s string) {
	ev.Source = Nginx
	ev.Time = p.clock.slashed(s)
	if p.brief && p.briefly(ev, s[20:]) {
		return
	}
	nginxLevel(ev, s[20:])
}

// briefly reads what a count needs and no more: of chatter the kind, of a failure the site and the upstream too.
func (p *Parser) briefly(ev *Event, s string) bool {
	end := strings.IndexByte(s, ']')
	if end < 0 || end > 8 || end+2 > len(s) {
		return false
	}
	level := s[1:end]
	s = nginxNumbers(ev, s[end+2:])
	start := strings.Index(s, ", client: ")
	if start < 0 {
		return false
	}
	body := s[:start]
	p.said.read(ev, level, body)
	twoSided := ev.Kind == ClientTLS || ev.Kind == ClientClosed
	if ev.Kind.Quiet() && !twoSided {
		return true
	}
	briefFields(ev, s[start+len(", client: "):])
	if twoSided {
		ev.Kind = nginxKind(ev, body) // the same call fails on both sides: the upstream tells which
	}
	return true
}

// nginxLevel reads from "[error] " on: people paste lines without their time.
func nginxLevel(ev *Event, s string) {
	end := strings.IndexByte(s, ']')
	if end < 0 || end > 8 {
		nginxMessage(ev, s)
		return
	}
	ev.Level = s[1:end]
	nginxMessage(ev, nginxNumbers(ev, strings.TrimLeft(s[end+1:], " ")))
}

// nginxNumbers eats "156#156: *5 ". A log viewer may have turned the # into something else.
func nginxNumbers(ev *Event, s string) string {
	pid, n := number(s)
	if n > 0 && n+1 < len(s) && (s[n] == '#' || s[n] == '-') {
		_, m := number(s[n+1:])
		if m > 0 && strings.HasPrefix(s[n+1+m:], ": ") {
			ev.PID = pid
			s = s[n+m+3:]
		}
	}
	if len(s) > 1 && s[0] == '*' {
		conn, n := number(s[1:])
		if n > 0 && n+1 < len(s) && s[n+1] == ' ' {
			ev.Conn = conn
			s = s[n+2:]
		}
	}
	return s
}

// nginxMessage reads the message and the request fields behind it. The fields are optional, their order is fixed.
func nginxMessage(ev *Event, s string) {
	body, fields := s, ""
	if i := fieldsStart(s); i >= 0 {
		body, fields = s[:i], s[i:]
	}
	ev.Message = body
	ev.Action = action(body)
	ev.Errno = errnoOf(body)
	readFields(ev, fields)
	if _, quoted, ok := strings.Cut(body, ` upstream: "`); ok && ev.Upstream.Address == "" { // people leave out what is between
		ev.Upstream = ReadUpstream(quoted)
	}
	ev.Kind = nginxKind(ev, body)
}

// action is what stands behind the last " while ".
func action(s string) string {
	const while = "while "
	at := strings.Index(s, while)
	if at < 0 {
		return ""
	}
	s = s[at+len(while):]
	for {
		next := strings.Index(s, while)
		if next < 0 {
			return s
		}
		s = s[next+len(while):]
	}
}

// fieldsStart finds where ", client: …" begins; with the beginning of the fields cut away, the first that is left.
func fieldsStart(s string) int {
	for _, mark := range [...]string{", client: ", ", server: ", ", request: \"", ", upstream: \"", ", host: \""} {
		if i := strings.Index(s, mark); i >= 0 {
			return i
		}
	}
	return -1
}
