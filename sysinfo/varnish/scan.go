package varnish

import (
	"regexp"
	"strings"

	"fix502/sysinfo/conf"
)

// word is a token: a name, a sign, or the inside of a string.
type word struct {
	Place
	text   string
	quoted bool
	re     *regexp.Regexp // of a pattern behind ~; nil where Go does not understand it
}

// scan takes VCL apart: comments go, strings lose their quotes (vcc_token.c).
func scan(file, s string) []word {
	var out []word
	line := 1
	for i := 0; i < len(s); {
		rest := s[i:]
		at := conf.At(file, line)
		switch c := s[i]; {
		case c == '\n':
			line++
			i++
		case c == ' ' || c == '\t' || c == '\r':
			i++
		case c == '#' || strings.HasPrefix(rest, "//"):
			i += until(rest, "\n")
		case strings.HasPrefix(rest, "/*"):
			n := until(rest, "*/")
			line += strings.Count(rest[:n], "\n")
			i += min(n+2, len(rest))
		case strings.HasPrefix(rest, `{"`) || strings.HasPrefix(rest, `"""`):
			open, close := 2, `"}`
			if c == '"' {
				open, close = 3, `"""`
			}
			n := until(rest[open:], close)
			out = append(out, word{at, rest[open : open+n], true, nil})
			line += strings.Count(rest[open:open+n], "\n")
			i += min(open+n+len(close), len(rest))
		case c == '"':
			n := until(rest[1:], `"`)
			if nl := until(rest[1:], "\n"); nl < n {
				n = nl // an open string ends with its line
			}
			out = append(out, word{at, rest[1 : 1+n], true, nil})
			i += min(n+2, len(rest))
			if i <= len(s) && i > 0 && s[i-1] == '\n' {
				i--
			}
		case isName(c) || c == '.':
			n := 1
			for n < len(rest) && (isName(rest[n]) || rest[n] == '.') {
				n++
			}
			out = append(out, word{at, rest[:n], false, nil})
			i += n
		default:
			out = append(out, word{at, s[i : i+1], false, nil})
			i++
		}
	}
	return append(out, word{conf.At(file, line), ";", false, nil})
}

func until(s, mark string) int {
	if i := strings.Index(s, mark); i >= 0 {
		return i
	}
	return len(s)
}

func isName(c byte) bool {
	return c == '_' || c == '-' || c-'0' <= 9 || c|0x20 >= 'a' && c|0x20 <= 'z'
}
