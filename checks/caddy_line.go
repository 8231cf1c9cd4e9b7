package checks

import "strings"

// withoutHeaders is a line of Caddy's JSON log without what is longest in it and tells least: "headers":{…}. The cause and the page stay as they were written.
func withoutHeaders(line string) string {
	for _, name := range []string{`"headers":{`, `"resp_headers":{`, `"tls":{`} {
		from := strings.Index(line, name)
		if from < 0 {
			continue
		}
		from += len(name)
		if to := braceEnd(line[from:]); to >= 0 {
			line = line[:from] + "…" + line[from+to:]
		}
	}
	return line
}

// braceEnd is where the brace closes that stands before a piece of JSON; -1 where the piece is cut off before it.
func braceEnd(s string) int {
	depth, quoted := 1, false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{':
			depth++
		case c == '}':
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return -1
}
