package errlog

import (
	"strconv"
	"strings"
	"time"
)

func (p *Parser) jsonTime(ev *Event, s string) {
	if i := strings.Index(s, `"ts":`); i >= 0 {
		end := i + 5
		for end < len(s) && (s[end]-'0' <= 9 || s[end] == '.') {
			end++
		}
		if f, err := strconv.ParseFloat(s[i+5:end], 64); err == nil && f > 6e8 && f < 4e9 {
			ev.Time = time.UnixMicro(int64(f * 1e6))
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

// jsonClient is who asked Caddy, of any version.
func jsonClient(s string) string {
	for _, name := range [...]string{"client_ip", "remote_ip", "remote_addr"} {
		if text, ok := member(s, name); ok {
			host, _ := Upstream{Address: text}.split()
			return host
		}
	}
	return ""
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
