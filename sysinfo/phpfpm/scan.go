package phpfpm

import (
	"fmt"
	"strings"
)

// scan is a value on its way.
type scan struct {
	rest       string
	out        strings.Builder
	quoted     bool // a quoted piece was in it
	expression bool // it began with ( ! ~ or has & | ^: a sum of flags, kept as written
	fault      string
}

// step takes the next piece.
func (v *scan) step() {
	c := v.rest[0]
	switch c {
	case '"':
		v.double()
	case '\'':
		v.single()
	case '&', '|', '^':
		v.expression = true
		v.plain(1)
	case '(', '!', '~':
		if v.out.Len() > 0 && !v.expression {
			v.fault = fmt.Sprintf("syntax error, unexpected '%c'", c)
			return
		}
		v.expression = true
		v.plain(1)
	case ')':
		if !v.expression {
			v.fault = "syntax error, unexpected ')'"
			return
		}
		v.plain(1)
	case '=':
		v.fault = "syntax error, unexpected '='"
	case '$':
		v.dollar()
	default:
		end := strings.IndexAny(v.rest, "\"'&|^(!~)=$;")
		if end < 0 {
			end = len(v.rest)
		}
		if strings.HasPrefix(v.rest[end:], "\"") { // blanks beside double quotes go
			v.out.WriteString(strings.TrimRight(v.rest[:end], " \t"))
			v.rest = v.rest[end:]
			return
		}
		v.plain(end)
	}
}

func (v *scan) plain(n int) {
	v.out.WriteString(v.rest[:n])
	v.rest = v.rest[n:]
}

func (v *scan) dollar() {
	if strings.HasPrefix(v.rest, "${") {
		if end := strings.IndexByte(v.rest, '}'); end > 0 {
			v.plain(end + 1)
			return
		}
		v.fault = "syntax error, unexpected end of file, expecting '}'"
		return
	}
	v.plain(1)
}

// double reads "...", where \" and \\ are decoded.
func (v *scan) double() {
	v.quoted = true
	for i := 1; i < len(v.rest); i++ {
		switch c := v.rest[i]; {
		case c == '\\' && i+1 < len(v.rest) && strings.IndexByte(`"\'`, v.rest[i+1]) >= 0:
			i++
			v.out.WriteByte(v.rest[i])
		case c == '"':
			v.rest = strings.TrimLeft(v.rest[i+1:], " \t")
			return
		default:
			v.out.WriteByte(c)
		}
	}
	v.fault = `syntax error, unexpected end of file, expecting TC_DOLLAR_CURLY or TC_QUOTED_STRING or '"'`
}

// single reads '...' as it is. One that does not end drops the rest of the line, without a word when text stood before.
func (v *scan) single() {
	end := strings.IndexByte(v.rest[1:], '\'')
	switch {
	case end >= 0:
		v.quoted = true
		v.out.WriteString(v.rest[1 : end+1])
		v.rest = v.rest[end+2:]
	case v.out.Len() > 0:
		v.rest = ""
	default:
		v.fault = "syntax error, unexpected end of file"
	}
}
