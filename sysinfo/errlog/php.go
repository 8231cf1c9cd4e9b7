package errlog

import "strings"

// php reads "[22-Nov-2026 12:23:47] WARNING: [pool www] …" of PHP-FPM and "[22-Nov-2026 12:23:47 UTC] PHP Warning: …".
func (p *Parser) php(ev *Event, s string) bool {
	if len(s) < 24 || !like(s[1:], "00-aaa-0000 00:00:00") {
		return false
	}
	end := strings.IndexByte(s, ']')
	if end < 0 {
		return false
	}
	ev.Time = p.clock.dashed(s[1:])
	rest := strings.TrimLeft(s[end+1:], " ")
	if strings.HasPrefix(rest, "PHP ") || !fpmLevel(ev, &rest) {
		ev.Source, ev.Message = PHP, rest
		if strings.HasPrefix(rest, "[pool ") && strings.Contains(rest, " pid ") {
			ev.Source, ev.Kind, ev.Name = FPMSlow, FPMSlowRequest, between(rest, "[pool ", "]")
			return true
		}
		ev.Kind = stderrKind(ev, rest)
		return true
	}
	ev.Source = FPM
	p.fpm(ev, rest)
	return true
}

func fpmLevel(ev *Event, s *string) bool {
	level, rest, ok := strings.Cut(*s, ": ")
	if !ok || len(level) > 8 || strings.ToUpper(level) != level {
		return false
	}
	ev.Level, *s = level, strings.TrimLeft(rest, " ")
	return true
}

// fpm reads what stands behind the level.
func (p *Parser) fpm(ev *Event, s string) {
	ev.Source, ev.Message = FPM, s
	if strings.HasPrefix(s, "[pool ") {
		ev.Name = between(s, "[pool ", "]")
	}
	p.phrase(ev, s)
	if ev.Kind == Unknown && (ev.Level == "NOTICE" || ev.Level == "DEBUG") {
		ev.Kind = Notice
	}
	if ev.Kind == Unknown && ev.Level == "ALERT" {
		ev.Kind = FPMConfigError
	}
}

// fpmDetail fills in what the lines about a child tell.
func fpmDetail(ev *Event, s string) {
	if pool := between(s, "[pool ", "]"); pool != "" {
		ev.Name = pool
	}
	ev.Errno = errnoAtEnd(s)
	ev.Worker = numberAfter(s, "child ")
	ev.Signal = numberAfter(s, "on signal ")
	ev.Exit = numberAfter(s, "with code ")
	ev.Number = numberAfter(s, "setting (")
	ev.Script = between(s, "script '", "'")
	ev.Place = between(s, "ERROR: [", "]")
	if request := between(s, `(request: "`, `"`); request != "" {
		setRequest(ev, request)
	}
	if path := between(s, "address '", "'"); path != "" {
		ev.Upstream = ReadUpstream(path)
		if ev.Errno == 0 {
			ev.Errno = errnoText(s)
		}
	}
	if strings.HasPrefix(s, "[/") {
		ev.Place = between(s, "[", "]")
	}
}

// errnoAtEnd reads the "(2)" of ": No such file or directory (2)".
func errnoAtEnd(s string) int {
	s = strings.TrimRight(s, " .")
	if i := strings.LastIndexByte(s, '('); i >= 0 && strings.HasSuffix(s, ")") {
		if n, digits := number(s[i+1:]); digits > 0 && digits == len(s)-i-2 && n < 140 {
			return n
		}
	}
	return 0
}
