package errlog

import "strings"

// statusLine reads what curl -i and browsers' tools show: "< HTTP/1.1 521 Web Server Is Down", "HTTP/2 502".
func (p *Parser) statusLine(ev *Event, s string) bool {
	s = strings.TrimPrefix(s, "< ")
	if !strings.HasPrefix(s, "HTTP/") {
		return false
	}
	_, rest, _ := strings.Cut(s, " ")
	status, n := number(strings.TrimLeft(rest, " "))
	if n != 3 || status < 100 {
		return false
	}
	ev.Status, ev.Message = status, s
	ev.Kind = pageKind(status)
	return true
}

// pageKind: only Cloudflare answers with 520 to 530.
func pageKind(status int) Kind {
	switch {
	case status >= 520 && status <= 526:
		return CF520 + Kind(status-520)
	case status == 530:
		return CF530
	}
	return accessKind(status)
}

// accessTail reads an access line whose head is lost, or has a form of its own: `"GET / HTTP/1.1" 502 157 "-"`.
func (p *Parser) accessTail(ev *Event, s string) bool {
	i := strings.Index(s, " HTTP/")
	if i < 3 || i+len(" HTTP/1") > len(s) {
		return false
	}
	quote := strings.IndexByte(s[i:], '"')
	if quote < 7 || quote > 9 { // HTTP/2 or HTTP/1.1
		return false
	}
	start := strings.LastIndexByte(s[:i], '"') + 1
	rest := strings.TrimLeft(s[i+quote+1:], " ")
	if !method(s[start:i]) || !p.accessStatus(ev, rest) {
		return false
	}
	ev.Source = orSource(ev.Source, NginxAccess)
	setRequest(ev, s[start:i+quote])
	return true
}

// method: a request begins with a word in capitals.
func method(s string) bool {
	word, _, ok := strings.Cut(s, " ")
	return ok && len(word) >= 3 && len(word) <= 10 && strings.ToUpper(word) == word && word[0] >= 'A' && word[0] <= 'Z'
}

// herokuRouter reads "at=error code=H12 desc="Request timeout" method=GET path="/" … status=503".
func (p *Parser) herokuRouter(ev *Event, s string) bool {
	i := strings.Index(s, "code=H")
	if i < 0 || !strings.Contains(s[:i], "at=") {
		return false
	}
	code, n := number(s[i+len("code=H"):])
	if n != 2 {
		return false
	}
	ev.Source, ev.Message = LoadBalancer, s
	ev.Status, ev.Method, ev.URI = numberAfter(s, "status="), wordAfter(s, " method="), strings.Trim(wordAfter(s, " path="), `"`)
	ev.Host = wordAfter(s, " host=")
	ev.Kind = herokuKind(code)
	return true
}

func wordAfter(s, mark string) string {
	word, _, _ := strings.Cut(after(s, mark), " ")
	return word
}

func herokuKind(code int) Kind {
	switch code {
	case 10, 20: // crashed, did not bind its port in time
		return ContainerExit
	case 12:
		return ReadTimeout
	case 13, 18:
		return PrematureClose
	case 14: // no process of this kind is asked for
		return NoEndpoints
	case 15, 28, 27:
		return ClientClosed
	case 11, 22:
		return Overflow
	case 17, 25:
		return InvalidHeader
	case 19:
		return ConnectTimeout
	case 21:
		return ConnectRefused
	case 99:
		return AccessGateway
	}
	return AccessError
}
