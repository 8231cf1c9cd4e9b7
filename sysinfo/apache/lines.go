package apache

import "strings"

// maxLine is httpd's VARBUF_MAX_LEN, 16 MiB; longer lines than this one are told and left out, as no real one is.
const maxLine = 1 << 20

// lines walks a file as ap_cfg_getline does: a backslash at the end joins the next line to this one, in comments
// too, and the number is the one of the last line joined.
type lines struct {
	rest string
	line int // of the last line read
	long bool
}

// next gives a line without the blanks around it.
func (l *lines) next() (text string, ok bool) {
	var joined strings.Builder
	l.long = false
	for l.rest != "" {
		line, rest, _ := strings.Cut(l.rest, "\n")
		l.rest = rest
		l.line++
		line = strings.TrimSuffix(line, "\r")
		head, more := strings.CutSuffix(line, `\`)
		if joined.Len()+len(head) > maxLine {
			l.long = true
		} else {
			joined.WriteString(head)
		}
		ok = true
		if !more {
			break
		}
	}
	return strings.TrimSpace(joined.String()), ok
}

// word takes the first word off a row of arguments, quotes removed (ap_getword_conf).
func word(s string) (first, rest string) {
	s = strings.TrimLeft(s, space)
	if s == "" {
		return "", ""
	}
	if q := s[0]; q == '"' || q == '\'' {
		return quoted(s[1:], q)
	}
	end := strings.IndexAny(s, space)
	if end < 0 {
		return s, ""
	}
	return s[:end], strings.TrimLeft(s[end:], space)
}

const space = " \t\n\v\f\r"

// quoted reads up to the closing quote; a backslash protects only the quote and itself.
func quoted(s string, q byte) (first, rest string) {
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == q:
			return b.String(), strings.TrimLeft(s[i+1:], space)
		case s[i] == '\\' && i+1 < len(s) && (s[i+1] == q || s[i+1] == '\\'):
			i++
		}
		b.WriteByte(s[i])
	}
	return b.String(), ""
}

// words are all of them, as many as any directive has.
func words(s string) []string {
	var all []string
	for s != "" && len(all) < maxWords {
		var w string
		w, s = word(s)
		all = append(all, w)
	}
	return all
}
