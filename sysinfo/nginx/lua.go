package nginx

import "strings"

// isLua says whether a directive's block holds Lua, which has quotes and comments of its own:
// content_by_lua_block and its kin of lua-nginx-module.
func isLua(name string) bool { return strings.HasSuffix(name, "_by_lua_block") }

// skipLua steps over a block of Lua, its { already read, and says whether the matching } was there.
func (l *lexer) skipLua() bool {
	depth := 1
	for l.pos < len(l.src) {
		c := l.src[l.pos]
		switch {
		case c == '{':
			depth++
		case c == '}':
			depth--
			if depth == 0 {
				l.pos++
				return true
			}
		case c == '"' || c == '\'':
			l.luaString(c)
			continue
		case c == '[' || strings.HasPrefix(l.src[l.pos:], "--"):
			l.luaLong(c == '-')
			continue
		case c == '\n':
			l.line++
		}
		l.pos++
	}
	return false
}

// luaString steps over "..." or '...'; a line's end closes it too, as Lua would refuse to go on.
func (l *lexer) luaString(quote byte) {
	for l.pos++; l.pos < len(l.src); l.pos++ {
		switch l.src[l.pos] {
		case quote:
			l.pos++
			return
		case '\n':
			return
		case '\\':
			l.pos++
			if l.pos < len(l.src) && l.src[l.pos] == '\n' {
				l.line++
			}
		}
	}
	l.pos = min(l.pos, len(l.src))
}

// luaLong steps over [[...]], [==[...]==], and comments: -- to the line's end, or --[[...]].
func (l *lexer) luaLong(comment bool) {
	rest := l.src[l.pos:]
	if comment {
		rest = rest[2:]
	}
	size := len(l.src) - l.pos - len(rest)
	if open := longOpen(rest); open > 0 {
		end := strings.Index(rest[open:], "]"+strings.Repeat("=", open-2)+"]")
		if end < 0 {
			end = len(rest) - 2*open
		}
		size += end + 2*open
	} else if !comment {
		size = 1
	} else if n := strings.IndexByte(rest, '\n'); n >= 0 {
		size += n
	} else {
		size += len(rest)
	}
	l.line += strings.Count(l.src[l.pos:l.pos+size], "\n")
	l.pos += size
}

// longOpen is the length of [[ or [=...=[ at the start of s, or 0.
func longOpen(s string) int {
	if s == "" || s[0] != '[' {
		return 0
	}
	n := 1
	for n < len(s) && s[n] == '=' {
		n++
	}
	if n < len(s) && s[n] == '[' {
		return n + 1
	}
	return 0
}
