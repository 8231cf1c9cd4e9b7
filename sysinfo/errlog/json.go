package errlog

import (
	"strconv"
	"strings"
	"time"
)

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
	for _, name := range [...]string{"error", "err", "msg", "message", "MESSAGE"} {
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
	if (ev.Kind == PrematureClose || ev.Kind == ReadReset) && (strings.Contains(s, "reading from backend") || strings.Contains(s, "incomplete response")) {
		ev.Kind = PrematureCloseBody
	}
	if ev.Kind == Unknown && ev.Status >= 100 {
		ev.Kind = accessKind(ev.Status)
	}
	if ev.Kind == Unknown && (ev.Level == "info" || ev.Level == "debug") {
		ev.Kind = Notice
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

func (p *Parser) jsonTime(ev *Event, s string) {
	if i := strings.Index(s, `"ts":`); i >= 0 {
		end := i + 5
		for end < len(s) && (s[end]-'0' <= 9 || s[end] == '.') {
			end++
		}
		if f, err := strconv.ParseFloat(s[i+5:end], 64); err == nil && f > 6e8 && f < 4e9 {
			ev.Time = time.Unix(int64(f), 0)
			return
		}
	}
	for _, name := range [...]string{"ts", "time", "timestamp", "@timestamp"} {
		if text, ok := member(s, name); ok {
			ev.Time, _ = p.clock.iso(text)
			return
		}
	}
}

func jsonStatus(s string) int {
	for _, name := range [...]string{`"status":`, `"DownstreamStatus":`, `"response_code":`} {
		if i := strings.Index(s, name); i >= 0 {
			n, _ := number(strings.TrimLeft(s[i+len(name):], ` "`))
			return n
		}
	}
	return 0
}

// member finds the string "name":"…" anywhere in the object.
func member(s, name string) (string, bool) {
	for from := 0; ; {
		i := strings.Index(s[from:], `"`+name+`"`)
		if i < 0 {
			return "", false
		}
		rest := strings.TrimLeft(s[from+i+len(name)+2:], " ")
		if value, ok := strings.CutPrefix(rest, ":"); ok {
			value = strings.TrimLeft(value, " ")
			if strings.HasPrefix(value, `"`) {
				return unescape(value[1:]), true
			}
		}
		from += i + len(name) + 2
	}
}

// unescape reads up to the closing quote, or to the end where the line was cut.
func unescape(s string) string {
	end, escaped := 0, false
	for end < len(s) && s[end] != '"' {
		if s[end] == '\\' {
			escaped = true
			end++
		}
		end++
	}
	s = s[:min(end, len(s))]
	if !escaped {
		return s
	}
	if text, err := strconv.Unquote(`"` + strings.ReplaceAll(s, `\/`, `/`) + `"`); err == nil {
		return text
	}
	return strings.ReplaceAll(s, `\"`, `"`)
}
