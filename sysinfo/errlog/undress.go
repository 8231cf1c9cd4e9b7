package errlog

import (
	"html"
	"strings"
)

// undress takes off what other programs and people put around a line: colours, quotes, the names docker compose and
// journald write in front, time stamps of container runtimes. Time and Source are kept where they are told.
func (p *Parser) undress(ev *Event, s string) string {
	s = copied(plainText(s))
	for range 4 {
		before := len(s)
		s = strings.Trim(s, " \t\r\n")
		s = unmark(s)
		if s == "" || isNginx(s) {
			return s
		}
		s = grepName(composeName(s))
		s = p.runtimeTime(ev, s)
		s = p.syslog(ev, s)
		if len(s) == before {
			break
		}
	}
	return s
}

// untranslated takes out the blanks that a translating forum puts into calls, addresses and numbers.
func untranslated(s string) string {
	return strings.NewReplacer("connect () ", "connect() ", "unix: /", "unix:/", ": // ", "://", " # ", "#", ": * ", ": *").Replace(s)
}

// plainText drops ANSI colours.
func plainText(s string) string {
	if strings.IndexByte(s, 0x1b) < 0 {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		if s[i] != 0x1b {
			b.WriteByte(s[i])
			continue
		}
		if i+1 < len(s) && s[i+1] == '[' {
			i += 2
			for i < len(s) && (s[i] < 0x40 || s[i] > 0x7e) {
				i++
			}
		}
	}
	return b.String()
}

// unmark takes off what a forum adds: "> ", backticks, bold, list marks, one pair of quotes.
func unmark(s string) string {
	for s != "" && (s[0] == '>' || s[0] == '`') || strings.HasPrefix(s, "**") || strings.HasPrefix(s, "- ") || strings.HasPrefix(s, "* ") {
		s = strings.TrimLeft(s[1:], " `*>")
	}
	s = strings.TrimRight(s, " `")
	if strings.HasPrefix(s, "| ") && strings.HasSuffix(s, " |") {
		s = strings.Trim(s[1:len(s)-1], " `")
	}
	s = strings.TrimSuffix(s, "**")
	if len(s) > 2 && (s[0] == '"' || s[0] == '\'') && s[len(s)-1] == s[0] {
		s = s[1 : len(s)-1]
		if strings.Contains(s, `""`) && strings.Count(s, `""`)*2 == strings.Count(s, `"`) { // a table's field
			s = strings.ReplaceAll(s, `""`, `"`)
		}
	}
	return s
}

// copied puts right what a page makes of a line: blanks that do not break, marks written out for HTML.
func copied(s string) string {
	if strings.IndexByte(s, "\u00a0"[0]) >= 0 {
		s = strings.ReplaceAll(s, "\u00a0", " ")
	}
	if strings.IndexByte(s, '&') < 0 {
		return s
	}
	for _, mark := range [...]string{"&quot;", "&#34;", "&#39;", "&gt;", "&lt;"} {
		if strings.Contains(s, mark) {
			return html.UnescapeString(s)
		}
	}
	return s
}

// grepName takes off what grep and tail -v put before a line of a log: "/var/log/nginx/error.log:", "error.log.1:1234:", "1234:".
func grepName(s string) string {
	rest, i := s, strings.IndexByte(s, ':')
	if i <= 0 || strings.IndexByte(s[:i], ' ') >= 0 {
		return s
	}
	if i < 200 && !strings.ContainsAny(s[:i], "\"'[({=,") && (strings.Contains(s[:i], "log") || strings.HasSuffix(s[:i], ".err")) && strings.ContainsAny(s[:i], "./") {
		rest = s[i+1:]
	}
	if _, digits := number(rest); digits > 0 && digits < 9 && len(rest) > digits+1 && rest[digits] == ':' {
		if after := rest[digits+1:]; rest != s || isNginx(after) || strings.HasPrefix(after, "[") || strings.HasPrefix(after, "{") {
			return after
		}
	}
	if strings.HasPrefix(rest, " ") { // "cat: error.log: No such file or directory"
		return s
	}
	return rest
}

// composeName takes off "nginx_1  | ", "web-1 | ", "09:14:43 web.1   | " and "code.proxy | nginx.1    | ".
func composeName(s string) string {
	i := strings.IndexByte(s, '|')
	if i < 0 {
		return podName(s)
	}
	if id, digits := number(s); digits > 0 && digits == i && id < 1000 { // "0|app  | ", as pm2 logs
		if name, rest, ok := strings.Cut(s[i+1:], "| "); ok && !strings.ContainsAny(strings.TrimRight(name, " "), " \"") {
			return rest
		}
	}
	if i > 0 && i < 80 && i+1 < len(s) && s[i+1] == ' ' {
		name := strings.TrimRight(s[:i], " ")
		if like(name, "00:00:00 ") { // foreman, honcho, overmind
			name = strings.TrimLeft(name[9:], " ")
		}
		if name != "" && !strings.ContainsAny(name, " \"[{(") {
			return s[i+2:]
		}
		if _, rest, ok := strings.Cut(s[i+2:], "| "); ok && like(name, "0000-00-00 00:00:00") {
			return rest // "2017-11-22 18:48:11 | stdout | …"
		}
	}
	return podName(s)
}

// podName takes off "[pod/web-6f/nginx] ", as kubectl logs --prefix writes it.
func podName(s string) string {
	if strings.HasPrefix(s, "[pod/") {
		if _, rest, ok := strings.Cut(s, "] "); ok {
			return rest
		}
	}
	return s
}

// runtimeTime takes off containerd's "2024-03-26T16:21:04.07+01:00 stderr F " and docker logs -t's time before a line
// that has one of its own.
func (p *Parser) runtimeTime(ev *Event, s string) string {
	t, n := p.clock.iso(s)
	if n == 0 || n >= len(s) || s[n] != ' ' && s[n] != '\t' {
		return s
	}
	rest := s[n+1:]
	for _, stream := range [...]string{"stderr F ", "stdout F ", "stderr P ", "stdout P "} {
		if after, ok := strings.CutPrefix(rest, stream); ok {
			ev.Time = t
			return after
		}
	}
	if s[10] == 'T' && (isNginx(rest) || strings.HasPrefix(rest, "{") || strings.HasPrefix(rest, "[") || strings.HasPrefix(rest, "nginx: ")) {
		ev.Time = t
		return rest
	}
	return s
}

// syslog takes off "Nov 22 12:00:00 host nginx[123]: " and the RFC 3339 form of rsyslog.
func (p *Parser) syslog(ev *Event, s string) string {
	head := 0
	if like(s, "aaa ?0 00:00:00 ") {
		head = 16
		ev.Time = p.clock.bsd(s)
	} else if t, n := p.clock.iso(s); n > 0 && n < len(s) && s[n] == ' ' {
		if !strings.Contains(s[:min(len(s), n+80)], "]: ") {
			return s
		}
		ev.Time = t
		head = n + 1
	}
	rest := s[head:]
	i := strings.Index(rest, ": ")
	if i < 0 || i > 96 {
		return s
	}
	program := rest[:i]
	if head > 0 {
		program = lastWord(program)
	} else if !strings.HasSuffix(program, "]") || strings.ContainsAny(program, " \"") {
		return s
	}
	if !p.program(ev, program) && head == 0 {
		return s
	}
	return rest[i+2:]
}

// program reads "nginx[123]".
func (p *Parser) program(ev *Event, s string) bool {
	name, pid, _ := strings.Cut(s, "[")
	ev.PID, _ = number(pid)
	source := programSource(strings.TrimPrefix(name, "/usr/sbin/"))
	ev.Source = orSource(source, ev.Source)
	ev.Name = name
	return source != Unnamed
}

func programSource(name string) Source {
	for _, row := range programs {
		if strings.HasPrefix(name, row.prefix) {
			return row.source
		}
	}
	return Unnamed
}

var programs = [...]struct {
	prefix string
	source Source
}{
	{"nginx", Nginx}, {"php-fpm", FPM}, {"php", FPM}, {"haproxy", HAProxy}, {"kernel", Kernel}, {"systemd", Systemd},
	{"apache", Apache}, {"httpd", Apache}, {"gunicorn", Gunicorn}, {"uwsgi", UWSGI}, {"node", Node}, {"caddy", Caddy},
	{"traefik", Traefik}, {"varnish", Varnish}, {"mariadb", Database}, {"mysqld", Database}, {"postgres", Database},
	{"puma", Ruby}, {"unicorn", Ruby}, {"java", Java}, {"dockerd", Docker}, {"cloudflared", Cloudflared},
	{"fail2ban", Fail2ban}, {"audit", Audit}, {"kubelet", Kubernetes}, {"supervisord", Supervisor}, {"PM2", PM2},
}
