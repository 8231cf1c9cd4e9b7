package errlog

import (
	"strings"
	"time"
)

// longest is how much of one line is looked at. nginx cuts at 2,048 bytes, PHP's traces may be longer.
const longest = 8 << 10

// A Parser reads lines one after the other and remembers the minute the last one was written in.
type Parser struct {
	clock   clock
	phrases *finder
	brief   bool  // for counting: see briefly
	said    *said // with brief
	depth   int   // JSON in JSON in JSON
	ev      Event // the one being read: it would be an allocation per line
}

// NewParser: loc is the zone of logs that name none, such as nginx's.
func NewParser(loc *time.Location) *Parser {
	return &Parser{clock: clock{loc: loc}, phrases: phraseFinder()}
}

// Parse reads one line. For more than a few, use a Parser.
func Parse(line []byte, loc *time.Location) Event {
	return NewParser(loc).Parse(string(line))
}

// Parse reads one line, in whatever dress it comes.
func (p *Parser) Parse(line string) Event {
	return *p.read(line)
}

// read is Parse without the copy: the event is good until the next line.
func (p *Parser) read(line string) *Event {
	p.ev = Event{}
	p.line(&p.ev, line)
	return &p.ev
}

func (p *Parser) line(ev *Event, line string) {
	if len(line) > longest {
		line = line[:longest]
	}
	if isNginx(line) {
		if last := line[len(line)-1]; last == '\r' || last == '\n' {
			line = strings.TrimRight(line, "\r\n")
		}
		p.nginx(ev, line)
		if (ev.Kind == Unknown || ev.Kind == ConnectFailed) && strings.Contains(line, " () ") {
			*ev = Event{}
			p.nginx(ev, untranslated(line))
		}
		if ev.Kind != Unknown {
			return
		}
		p.phrase(ev, ev.Message)
		quietLua(ev)
		return
	}
	p.depth = 0
	p.dispatch(ev, p.undress(ev, line))
}

// dispatch knows formats by the first bytes of what is left when the dress is off.
func (p *Parser) dispatch(ev *Event, s string) {
	switch {
	case s == "":
	case isNginx(s):
		p.nginx(ev, s)
	case s[0] == '{':
		p.json(ev, s)
	case s[0] == '[':
		p.bracket(ev, s)
	case like(s, "AH00000: ") || s[0] == '(' && (strings.Contains(s, ": AH") || strings.Contains(s, "] AH")):
		ev.Source = Apache
		p.apacheMessage(ev, s)
	case p.haproxyCLF(ev, s), p.access(ev, s), p.haproxy(ev, s), p.statusLine(ev, s), p.loadBalancer(ev, s), p.squid(ev, s), p.iis(ev, s), p.accessTail(ev, s), p.herokuRouter(ev, s):
		return
	case isTrace(s):
		ev.Kind = StackTrace
	default:
		p.plain(ev, s)
	}
	if ev.Kind == Unknown {
		p.phrase(ev, s)
	}
	if ev.Kind == Unknown && calm(s) {
		ev.Kind = Notice
	}
	quietLua(ev)
}

// quietLua: what a site's own code tells nginx's log is nothing of nginx's.
func quietLua(ev *Event) {
	if ev.Kind == Unknown && strings.HasPrefix(ev.Message, "[lua]") {
		ev.Kind = Notice
	}
}

// calm: the program itself says that its line is no trouble, in one of the ways programs write a level.
func calm(s string) bool {
	head := s[:min(len(s), 96)]
	for _, word := range [...]string{"INFO", "DEBUG", "level=info", "level=debug", "[Note]", " LOG: ", "NOTICE", "[notice]", ":notice]", "[info]", ":info]", ":debug]", ": info: ", " INF ", `"level":"info"`, `"level":"debug"`, "DeprecationWarning", "npm WARN"} {
		if strings.Contains(head, word) {
			return true
		}
	}
	return like(s, "I0000 00:00:00.") // Kubernetes
}

// bracket reads "[error] 29#29: …" with its time cut off, Apache's two formats, PHP's and gunicorn's.
func (p *Parser) bracket(ev *Event, s string) {
	if _, at, ok := strings.Cut(s, "} ["); ok && like(s, "[pid: ") { // uWSGI's line of a request (core/logging.c, uwsgi_default_logit)
		ev.Time, _ = p.clock.ctime(at)
		return
	}
	switch {
	case p.apache(ev, s), p.php(ev, s), p.isoBracket(ev, s):
		return
	}
	end := strings.IndexByte(s, ']')
	if end > 0 && end < 8 && strings.Contains("emerg alert crit error warn notice info debug", s[1:end]) {
		ev.Source = orSource(ev.Source, Nginx)
		nginxLevel(ev, s)
		if strings.Contains(s, "proxy:") || strings.Contains(s, "AH0") {
			p.oldApache(ev, s)
		}
	}
	if module, level, ok := strings.Cut(s[1:max(1, end)], ":"); ok && end < 40 && isLevel(level) && !strings.ContainsAny(module, " .") {
		p.oldApache(ev, s)
	}
}

// isLevel knows the levels of Apache and nginx, Apache's with the number of a trace.
func isLevel(word string) bool {
	switch strings.TrimRight(word, "12345678") {
	case "emerg", "alert", "crit", "error", "warn", "notice", "info", "debug", "trace":
		return true
	}
	return false
}

// plain reads lines that begin with words: an nginx message without any head, or a time of another program.
func (p *Parser) plain(ev *Event, s string) {
	if t, n := p.clock.iso(s); n > 0 {
		ev.Time = t
		s = strings.TrimLeft(s[n:], " ,\t-|")
		if s != "" && s[0] == '[' {
			p.bracket(ev, s)
		}
	}
	if t, n := p.clock.ctime(s); n > 0 {
		ev.Time = t
		s = strings.TrimLeft(s[n:], " -")
	}
	if _, at, ok := strings.Cut(s, "bit) on ["); ok && like(s, "*** Starting uWSGI ") {
		ev.Time, _ = p.clock.ctime(at)
	}
	if rest, ok := strings.CutPrefix(s, `time="`); ok { // logrus, the log of Traefik's second version
		ev.Time, _ = p.clock.iso(rest)
	}
	ev.Message = s
	if rest, ok := strings.CutPrefix(s, "nginx: "); ok && ev.Kind == Unknown {
		ev.Source = Nginx
		nginxLevel(ev, rest)
	}
}

// isoBracket reads "[2026-11-22 12:28:03 +0000] [3312] [CRITICAL] WORKER TIMEOUT (pid:3818)" and Envoy's
// "[2026-11-22T12:28:03.123Z] "GET / HTTP/1.1" 503 UF …".
func (p *Parser) isoBracket(ev *Event, s string) bool {
	t, n := p.clock.iso(s[1:])
	if n == 0 {
		return false
	}
	ev.Time = t
	rest := s[1+n:]
	if i := strings.IndexByte(rest, ']'); i >= 0 && i < 12 {
		rest = strings.TrimLeft(rest[i+1:], " ")
	}
	if p.envoyAccess(ev, rest) {
		return true
	}
	for strings.HasPrefix(rest, "[") {
		end := strings.IndexByte(rest, ']')
		if end < 0 || end > 24 {
			break
		}
		if pid, digits := number(rest[1:end]); digits == end-1 {
			ev.PID = pid
		} else {
			ev.Level = rest[1:end]
		}
		rest = strings.TrimLeft(rest[end+1:], " ")
	}
	ev.Message = rest
	p.phrase(ev, rest)
	return true
}

// isTrace: the lines of a stack belong to the error before or behind them.
func isTrace(s string) bool {
	return strings.HasPrefix(s, "Traceback (most recent call last)") || strings.HasPrefix(s, "at ") && strings.Contains(s, "(") && !strings.Contains(s, " failed (") ||
		strings.HasPrefix(s, `File "`) && strings.Contains(s, "line ") || strings.HasPrefix(s, "Stack trace:") ||
		s[0] == '#' && len(s) > 2 && s[1]-'0' <= 9 || strings.HasPrefix(s, `" while reading`)
}

func orSource(a, b Source) Source {
	if a != Unnamed {
		return a
	}
	return b
}
