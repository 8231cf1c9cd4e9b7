package sysinfo

import "strings"

// SQLShape is a statement without its values and comments, in one line: what a slow log holds of visitors is not shown. A text that ends
// within a value ends there.
func SQLShape(text, kind string) string {
	var b strings.Builder
	for i := 0; i < len(text); {
		c := text[i]
		switch {
		case c == '\'' || c == '"' && kind == "mysql": // PostgreSQL's " is for names
			i = pastQuoted(text, i, c, kind == "mysql" || escapes(text, i))
			b.WriteString("'…'")
		case c == '"' || c == '`':
			end := pastQuoted(text, i, c, false)
			b.WriteString(text[i:end])
			i = end
		case c == '$' && kind == "postgres" && dollarTag(text[i:]) != "":
			tag := dollarTag(text[i:])
			i = past(text, i+len(tag), tag)
			b.WriteString("'…'")
		case strings.HasPrefix(text[i:], "/*"):
			i = past(text, i+2, "*/")
			b.WriteByte(' ')
		case strings.HasPrefix(text[i:], "--"), c == '#' && kind == "mysql":
			i = past(text, i, "\n")
			b.WriteByte(' ')
		case isDigit(c) && !inName(text, i):
			for i < len(text) && (isWord(text[i]) || text[i] == '.') {
				i++
			}
			b.WriteByte('?')
		default:
			b.WriteByte(c)
			i++
		}
	}
	return strings.TrimRight(strings.Join(strings.Fields(b.String()), " "), "; ")
}

// pastQuoted is where a quoted word ends: a quote that is doubled, or stands behind a backslash, is part of it.
func pastQuoted(text string, i int, quote byte, backslash bool) int {
	for i++; i < len(text); i++ {
		switch {
		case text[i] == '\\' && backslash:
			i++
		case text[i] == quote && i+1 < len(text) && text[i+1] == quote:
			i++
		case text[i] == quote:
			return i + 1
		}
	}
	return len(text)
}

// escapes says that the string of PostgreSQL's at i is an E'…', in which a backslash takes the quote behind it along; LIKE'…' is none.
func escapes(text string, i int) bool {
	return i > 0 && text[i-1]|0x20 == 'e' && (i == 1 || !isWord(text[i-2]))
}

func past(text string, from int, end string) int {
	if i := strings.Index(text[from:], end); i >= 0 {
		return from + i + len(end)
	}
	return len(text)
}

// dollarTag is the "$$" or "$word$" that a string of PostgreSQL's begins with; "$1" is a place for a value.
func dollarTag(s string) string {
	end := strings.IndexByte(s[1:], '$')
	if end < 0 || end > 0 && isDigit(s[1]) || strings.ContainsFunc(s[1:1+end], func(r rune) bool { return r > 127 || !isWord(byte(r)) }) {
		return ""
	}
	return s[:end+2]
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }

func isWord(c byte) bool {
	return c == '_' || isDigit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80
}

// inName says that what stands at i goes on with a name, as the 2 of t2, or with a place for a value, as in $2.
func inName(text string, i int) bool {
	return i > 0 && i <= len(text) && (isWord(text[i-1]) || text[i-1] == '$')
}
