package errlog

import "strings"

// iisPhrases are IIS's pages and the numbers of Windows.
func iisPhrases() []phrase {
	return []phrase{
		{"HTTP Error 502.5", GunicornBootFailed, IIS, "", nil},
		{"failed to start process with commandline", GunicornBootFailed, IIS, "", nil},
		{"HTTP Error 500.3", GunicornBootFailed, IIS, " - ", nil}, // 500.30 to 500.39 are of a program that does not start
		{"ASP.NET Core app failed to start", GunicornBootFailed, IIS, "", nil},
		{"#Software: Microsoft Internet Information", Notice, IIS, "", nil},
		{"#Fields: date time", Notice, IIS, "", nil},
		{"ANCM Out-Of-Process Startup Failure", GunicornBootFailed, IIS, "", nil},
		{"HTTP Error 502.3", ConnectFailed, IIS, "", arr},
		{`"HttpSubStatus">3<`, ConnectFailed, IIS, "", arr}, // a trace of failed requests
		{`"HttpSubStatus">5<`, GunicornBootFailed, IIS, "", nil},
		{"0x80072ee2", ReadTimeout, IIS, "", nil},
		{"0x80072efd", ConnectRefused, IIS, "", nil},
		{"0x80072efe", PrematureClose, IIS, "", nil},
		{"0x80072f8f", TLSVerify, IIS, "", nil},
		{"0x80072f7d", TLSHandshake, IIS, "", nil},
	}
}

func arr(ev *Event, s string) {
	switch {
	case strings.Contains(s, "timed out"):
		ev.Kind = ReadTimeout
	case strings.Contains(s, "terminated abnormally"):
		ev.Kind = PrematureClose
	default:
		ev.Kind, ev.Errno = ConnectRefused, ECONNREFUSED
	}
}

// iis reads a line of the log IIS keeps, "10.0.0.4 GET /xyz - 80 - 203.0.113.9 Mozilla/5.0+(…) 502 3 64 343": the
// status, what it means more closely, the number of Windows, and the milliseconds.
func (p *Parser) iis(ev *Event, s string) bool {
	if s == "" || s[0]-'0' > 9 && !strings.HasPrefix(s, "::1 ") || s[len(s)-1]-'0' > 9 {
		return false
	}
	if t, n := p.clock.iso(s); n > 0 {
		ev.Time, s = t, s[n:]
	}
	f := strings.Fields(s)
	if len(f) < 11 || !method(f[1]+" ") {
		return false
	}
	for i := len(f) - 4; i >= len(f)-6 && i > 7; i-- {
		status, n := number(f[i])
		if n == 3 && len(f[i]) == 3 && status >= 100 && status < 600 {
			ev.Source, ev.Message, ev.Status = IIS, s, status
			ev.Server, ev.Method, ev.URI = f[0], f[1], f[2]
			sub, _ := number(f[i+1])
			windows, _ := number(f[i+2])
			ev.Kind = iisKind(status, sub, windows)
			return true
		}
	}
	return false
}

// iisKind: 502.3 and 503.x are the proxy's and the pool's; the numbers from 12000 on are WinHTTP's.
func iisKind(status, sub, windows int) Kind {
	switch {
	case status == 503 && sub <= 4:
		return NoLiveUpstreams // the pool of the application is stopped
	case status != 502 || sub < 3:
		return accessKind(status)
	case sub == 5:
		return GunicornBootFailed
	}
	switch windows {
	case 12002:
		return ReadTimeout
	case 12007:
		return ResolveFailed
	case 12029, 1225, 10061:
		return ConnectRefused
	case 12152:
		return InvalidHeader
	case 12175, 12157:
		return TLSHandshake
	case 12030, 64, 1236, 10054:
		return PrematureClose
	}
	return accessKind(status)
}
