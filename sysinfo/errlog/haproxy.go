package errlog

import (
	"strings"
	"time"
)

// haproxy reads an httplog or tcplog line. What it begins with is whatever syslog made of it; the accept date in
// brackets and the fields behind it are HAProxy's own:
//
//	… [22/Nov/2026:12:38:28.669] fe be/s1 0/0/-1/-1/3003 503 217 - - SC-- 1/1/0/0/3 0/0 "GET / HTTP/1.1"
func (p *Parser) haproxy(ev *Event, s string) bool {
	i := strings.IndexByte(s, '[')
	for i >= 0 && !like(s[i+1:], "00/aaa/0000:00:00:00.") {
		next := strings.IndexByte(s[i+1:], '[')
		if next < 0 || i > 200 {
			return p.haproxyTail(ev, s)
		}
		i += 1 + next
	}
	if i < 0 {
		return p.haproxyTail(ev, s)
	}
	end := strings.IndexByte(s[i:], ']')
	if end < 0 {
		return false
	}
	f := strings.Fields(s[i+end+1:])
	if len(f) < 5 || !strings.Contains(f[2], "/") {
		return false
	}
	ev.Source, ev.Time, ev.Message = HAProxy, thousandths(p.clock.common(s[i+1:]), s[i+1:]), s[i+end+2:]
	ev.Client = clientAddress(lastWord(strings.TrimRight(s[:i], " ")))
	ev.Name = f[1]
	setRequest(ev, between(s, `"`, `"`))
	haproxyFields(ev, f[2:])
	return true
}

// thousandths adds what HAProxy writes behind the second, in which the request came: "30/Nov/2026:19:17:28.339".
func thousandths(t time.Time, s string) time.Time {
	if t.IsZero() || len(s) < 24 || !like(s[20:], ".000") {
		return t
	}
	n, _ := number(s[21:24])
	return t.Add(time.Duration(n) * time.Millisecond)
}

// haproxyCLF reads a line of "option httplog clf": an access log's line, and behind it each of HAProxy's own fields by
// itself (configuration manual, 8.2.4 "HTTP log format (CLF)"):
//
//	… "GET / HTTP/1.1" 503 217 "" "" 59794 528 "fe" "be" "s1" 0 0 -1 -1 3 SC-- 4 1 0 0 0 0 0 "" ""
func (p *Parser) haproxyCLF(ev *Event, s string) bool {
	head, tail, ok := strings.Cut(s, ` "" "" `)
	f := strings.Fields(tail)
	if !ok || len(f) < 12 || len(f[10]) != 4 || !terminates(f[10]) || !p.access(ev, head) {
		return false
	}
	ev.Source, ev.Action = HAProxy, f[10]
	ev.Name = strings.Trim(f[3], `"`) + "/" + strings.Trim(f[4], `"`)
	ev.Kind = haproxyKind(ev, ev.Action)
	return true
}

// terminates: what HAProxy writes for how a session ended is made of these letters alone.
func terminates(word string) bool {
	return strings.Trim(word, "-CSPLRQDHTcsKkIiUuVENOX") == ""
}

// haproxyTail reads what is left when the head was cut: "…/26849 503 212 - - SC-- 197/197/1/1/+3 0/0 "GET /".
func (p *Parser) haproxyTail(ev *Event, s string) bool {
	i := strings.Index(s, " - - ")
	if i < 0 || len(s) < i+10 || s[i+9] != ' ' || !terminates(s[i+5:i+9]) {
		return false
	}
	head := strings.Fields(s[:i])
	counts, _, _ := strings.Cut(s[i+10:], " ")
	if len(head) < 3 || strings.Count(counts, "/") != 4 || !strings.Contains(head[len(head)-3], "/") {
		return false
	}
	ev.Source, ev.Message = HAProxy, s
	ev.Status, _ = number(head[len(head)-2])
	for _, word := range head {
		if strings.HasSuffix(word, "/<NOSRV>") {
			ev.Name = word
		}
	}
	setRequest(ev, between(s, `"`, `"`))
	ev.Action = s[i+5 : i+9]
	ev.Kind = haproxyKind(ev, ev.Action)
	return true
}

func haproxyFields(ev *Event, f []string) {
	timers := strings.Split(f[0], "/")
	ends, retries := "", ""
	if len(timers) >= 5 && len(f) >= 7 {
		ev.Status, _ = number(f[1])
		ends, retries = f[5], f[6]
	} else if len(f) >= 4 {
		ends, retries = f[2], f[3]
	}
	if len(ends) < 2 {
		return
	}
	ev.Number = numberAfter(retries[strings.LastIndexByte(retries, '/')+1:], "")
	ev.Action = ends
	ev.Kind = haproxyKind(ev, ends)
}

// haproxyKind reads the termination state: who ended the session, and in which phase.
func haproxyKind(ev *Event, ends string) Kind {
	nosrv := strings.HasSuffix(ev.Name, "/<NOSRV>") || strings.HasSuffix(ev.Name, "/-") // as people write it where a page swallowed the brackets
	switch ends[:2] {
	case "SC":
		if nosrv {
			return HAProxyNoServer
		}
		return HAProxyConnect
	case "sC":
		return ConnectTimeout
	case "sH":
		return ReadTimeout
	case "SH":
		return PrematureClose
	case "PH":
		return HAProxyBadResponse
	case "sQ", "SQ":
		return HAProxyQueue
	case "RC", "RQ", "RH":
		return HAProxyNoPorts
	case "SD", "PD":
		return PrematureCloseBody
	case "sD":
		return ReadTimeoutBody
	case "PR", "PT":
		return AccessForbidden
	case "LR":
		return AccessOK
	}
	if ends[0] == 'C' || ends[0] == 'c' {
		return ClientClosed
	}
	return accessKind(ev.Status)
}

// haproxyDown reads why a health check took a server out.
func haproxyDown(ev *Event, s string) {
	ev.Name = coalesce(between(s, "Server ", " is "), between(s, "for server ", " "))
	ev.Status = numberAfter(s, "code: ")
	ev.Errno = errnoText(s)
	switch {
	case strings.Contains(s, "Layer4 timeout"), strings.Contains(s, "L4TOUT"):
		ev.Kind = HAProxyDownTimeout
	case strings.Contains(s, "Layer4"), strings.Contains(s, "L4CON"), strings.Contains(s, "L4 unsuccessful"):
		ev.Kind = HAProxyDownRefused
	case strings.Contains(s, "Layer6"):
		ev.Kind = HAProxyDownTLS
	case strings.Contains(s, "Layer7 wrong status"), strings.Contains(s, "Layer7 invalid"), strings.Contains(s, "L7STS"):
		ev.Kind = HAProxyDownStatus
	case strings.Contains(s, "for maintenance"), strings.Contains(s, "DNS"):
		ev.Kind = HAProxyDNS
		if !strings.Contains(s, "DNS") && !strings.Contains(s, "No IP") {
			ev.Kind = HAProxyDownOther
		}
	default:
		ev.Kind = HAProxyDownOther
	}
}
