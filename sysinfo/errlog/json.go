package errlog

import "strings"

// json reads one object per line: docker's json-file around a line of any format, Caddy, Traefik, cloudflared,
// pods. Only the members that matter are looked for; a broken or cut-off object still gives what it has.
func (p *Parser) json(ev *Event, s string) {
	if inner, ok := member(s, "log"); ok && p.depth < 3 {
		p.depth++
		if t, ok := member(s, "time"); ok {
			ev.Time, _ = p.clock.iso(t)
		}
		p.dispatch(ev, p.undress(ev, strings.TrimRight(inner, "\n")))
		return
	}
	ev.Level, _ = member(s, "level")
	p.jsonTime(ev, s)
	logger, _ := member(s, "logger")
	if strings.HasPrefix(logger, "http.") || strings.Contains(s, "reverseproxy.") {
		ev.Source = Caddy
	}
	ev.Host, _ = member(s, "host")
	ev.Client = jsonClient(s)
	ev.Method, _ = member(s, "method")
	ev.URI, _ = member(s, "uri")
	ev.Status = jsonStatus(s)
	if strings.HasPrefix(logger, "http.log.access") {
		ev.Kind = accessKind(ev.Status)
		return
	}
	if envoyJSON(ev, s); ev.Kind == Unknown {
		p.jsonMessage(ev, s)
	}
}

// jsonMessage tries the members a program may tell its error in; the whole line is the last resort.
func (p *Parser) jsonMessage(ev *Event, s string) {
	for _, name := range [...]string{"error", "err", "msg", "message", "MESSAGE", "statusDetails"} {
		text, ok := member(s, name)
		if !ok || text == "" {
			continue
		}
		if ev.Message == "" || ev.Kind == Unknown {
			ev.Message = text
		}
		if ev.Kind == Unknown {
			p.inner(ev, text)
		}
		if ev.Kind == Unknown && text == "EOF" {
			ev.Kind = PrematureClose
		}
	}
	if ev.Kind == SendReset && strings.Contains(s, "incomplete response") { // a whole answer that the visitor did not wait for
		ev.Kind = ClientClosed
	}
	if strings.Contains(s, "reading from backend") || strings.Contains(s, "incomplete response") {
		caddyBody(ev)
	}
	if ev.Kind == Unknown && ev.Status >= 100 {
		ev.Kind = accessKind(ev.Status)
	}
	if ev.Kind == Unknown && (ev.Level == "info" || ev.Level == "debug") {
		ev.Kind = Notice
	}
}

// caddyBody reads what Caddy says of an answer that broke off after it had begun, and of which it tells neither page nor upstream but in
// "read tcp 127.0.0.1:41612->127.0.0.1:5050: i/o timeout" (modules/caddyhttp/reverseproxy, copyResponse).
func caddyBody(ev *Event) {
	switch ev.Kind {
	case PrematureClose, ReadReset:
		ev.Kind = PrematureCloseBody
	case ReadTimeout:
		ev.Kind = ReadTimeoutBody
	default:
		return
	}
	if read := after(ev.Message, "read tcp "); read != "" && ev.Upstream.Address == "" {
		ev.Upstream.Address = between(read, "->", ": ")
	} else if unix := after(ev.Message, "read unix @->"); unix != "" && ev.Upstream.Address == "" {
		ev.Upstream.Address, _, _ = strings.Cut("unix:"+unix, ": ")
	}
}

// inner reads a message that may itself be a line of a log.
func (p *Parser) inner(ev *Event, text string) {
	if isNginx(text) {
		p.nginx(ev, text)
		return
	}
	p.phrase(ev, text)
}
