package errlog

import "strings"

// access reads "203.0.113.9 - - [22/Nov/2026:12:20:43 +0000] "GET / HTTP/1.1" 502 157 …" and its kin: a virtual host
// in front, an upstream's status behind.
func (p *Parser) access(ev *Event, s string) bool {
	i := strings.IndexByte(s, '[')
	if i < 1 || i > 160 || !like(s[i+1:], "00/aaa/0000:00:00:00 ") {
		return false
	}
	rest := s[i:]
	end := strings.IndexByte(rest, ']')
	if end < 0 {
		return false
	}
	ev.Time = p.clock.commonMinute(rest[1:])
	ev.Source = NginxAccess
	p.accessHost(ev, s[:i])
	rest = strings.TrimLeft(rest[end+1:], " ")
	if rest == "" || rest[0] != '"' {
		return p.accessStatus(ev, rest)
	}
	stop := accessQuote(rest[1:])
	setRequest(ev, rest[1:1+stop])
	return p.accessStatus(ev, strings.TrimLeft(rest[min(stop+2, len(rest)):], " "))
}

// accessQuote finds the end of the request: nginx and Apache both escape a quote inside it.
func accessQuote(s string) int {
	for i := 0; i < len(s); i++ {
		if s[i] == '"' && (i == 0 || s[i-1] != '\\') {
			return i
		}
	}
	return len(s)
}

func (p *Parser) accessHost(ev *Event, s string) {
	first, rest, _ := strings.Cut(s, " ")
	ev.Client = first
	if second, _, ok := strings.Cut(rest, " "); ok && second != "-" && strings.Count(second, ".")+strings.Count(second, ":") >= 2 {
		ev.Server, ev.Client = first, second // Apache's vhost_combined, and nginx formats that begin with $host
		if host, port, ok := strings.Cut(first, ":"); ok && port != "" {
			ev.Server, ev.Source = host, ApacheAccess
		}
	}
}

func (p *Parser) accessStatus(ev *Event, s string) bool {
	status, n := number(s)
	if n != 3 || len(s) > 3 && s[3] != ' ' {
		return false
	}
	ev.Status = status
	ev.Kind = accessKind(status)
	if status < 500 && status != 9 {
		return true
	}
	ev.Message = s
	ev.UpstreamStatus = upstreamStatus(s)
	envoyTail(ev, s[n:])
	return true
}

// upstreamStatus looks for what custom formats name, and for the columns of ingress-nginx. A list is retries: the
// last one counts.
func upstreamStatus(s string) int {
	for _, name := range [...]string{"upstream_status=", "upstream_status:", "us=", "ups=", "upstatus="} {
		if i := strings.Index(s, name); i >= 0 {
			value, _, _ := strings.Cut(strings.TrimLeft(s[i+len(name):], `" `), `"`)
			list := strings.FieldsFunc(value, func(r rune) bool { return r == ',' || r == ' ' })
			if len(list) > 0 {
				n, _ := number(list[len(list)-1])
				return n
			}
		}
	}
	f := strings.Fields(s[strings.LastIndexByte(s, ']')+1:])
	if strings.HasSuffix(s, "]") || !strings.Contains(s, "] [") || len(f) < 4 {
		return 0
	}
	n, _ := number(f[len(f)-2])
	return n
}

func accessKind(status int) Kind {
	switch {
	case status == 499:
		return AccessClientGone
	case status == 9:
		return AccessNotHTTP
	case status == 502, status == 503, status == 504, status >= 520 && status <= 530:
		return AccessGateway
	case status >= 500:
		return AccessError
	case status >= 400:
		return AccessClientError
	case status > 0:
		return AccessOK
	}
	return Unknown
}
