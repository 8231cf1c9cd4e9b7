package nginx

import (
	"fmt"
	"strings"
)

// maxWord is nginx's buffer (NGX_CONF_BUFFER): a word, and a comment too, must be shorter, its end included.
const maxWord = 4096

// An ending is what closes a row of words.
type ending int

const (
	endFile  ending = iota
	endLine         // ;
	endOpen         // {
	endClose        // }
)

// lexer cuts a file into words after ngx_conf_read_token. Its errors are told and stepped over.
type lexer struct {
	src      string
	pos      int
	line     int
	words    []string
	first    int  // the line of the first of words
	closing  bool // a } came where a ; was due: the next answer is endClose
	problems []Problem
}

// next reads the words of one directive and says what ended them.
func (l *lexer) next() ending {
	l.words = l.words[:0]
	if l.closing {
		l.closing = false
		return endClose
	}
	for {
		l.blanks()
		if l.pos >= len(l.src) {
			return l.atEnd()
		}
		switch c := l.src[l.pos]; c {
		case ';', '{', '}':
			l.pos++
			if e, ok := l.ended(c); ok {
				return e
			}
		case '"', '\'':
			l.quoted(c)
		default:
			l.bare()
		}
	}
}

// ended judges a ; { or } that stands between words. It is not ok when nginx would have refused it right there.
func (l *lexer) ended(c byte) (ending, bool) {
	switch {
	case c == '}' && len(l.words) > 0:
		l.complain(l.line, `unexpected "}"`)
		l.closing = true
		return endLine, true
	case c == '}':
		return endClose, true
	case len(l.words) == 0:
		l.complain(l.line, fmt.Sprintf("unexpected %q", c))
		l.first = l.line
		return endOpen, c == '{' // a block without a name keeps the braces even
	case c == '{':
		return endOpen, true
	}
	return endLine, true
}

func (l *lexer) atEnd() ending {
	if len(l.words) == 0 {
		return endFile
	}
	l.complain(l.line, `unexpected end of file, expecting ";" or "}"`)
	return endLine
}

// blanks skips white space and comments. A lone CR is a blank; only LF counts as a line.
func (l *lexer) blanks() {
	for ; l.pos < len(l.src); l.pos++ {
		switch l.src[l.pos] {
		case '\n':
			l.line++
		case ' ', '\t', '\r':
		case '#':
			n := strings.IndexByte(l.src[l.pos:], '\n')
			if n < 0 {
				n = len(l.src) - l.pos
			}
			l.tooLong(l.src[l.pos:l.pos+n], l.line, 0)
			l.pos += n - 1
		default:
			return
		}
	}
}

// bare reads a word without quotes. Only blanks, ; and { end it: } and # and quotes do not, nor does the { of ${.
func (l *lexer) bare() {
	start, line := l.pos, l.line
	for l.pos < len(l.src) {
		switch l.src[l.pos] {
		case ' ', '\t', '\r', '\n', ';', '{':
			l.push(l.src[start:l.pos], line, 0)
			return
		}
		l.char()
	}
	l.push(l.src[start:], line, 0)
}

// quoted reads a word in quotes, which may span lines.
func (l *lexer) quoted(quote byte) {
	line := l.line
	l.pos++
	start := l.pos
	for l.pos < len(l.src) && l.src[l.pos] != quote {
		l.char()
	}
	l.push(l.src[start:l.pos], line, quote)
	if l.pos >= len(l.src) {
		return
	}
	l.pos++
	if l.pos < len(l.src) && strings.IndexByte(" \t\r\n;{)", l.src[l.pos]) < 0 {
		l.complain(l.line, fmt.Sprintf("unexpected \"%c\"", l.src[l.pos]))
	}
}

// char steps over one character, over two after a backslash, and over all { after a $.
func (l *lexer) char() {
	c := l.src[l.pos]
	l.pos++
	switch c {
	case '\n':
		l.line++
	case '\\':
		if l.pos < len(l.src) {
			if l.src[l.pos] == '\n' {
				l.line++
			}
			l.pos++
		}
	case '$':
		for l.pos < len(l.src) && l.src[l.pos] == '{' {
			l.pos++
		}
	}
}

func (l *lexer) push(word string, line int, quote byte) {
	if len(l.words) == 0 {
		l.first = line
	}
	l.tooLong(word, line, quote)
	l.words = append(l.words, unescape(word))
}

func (l *lexer) tooLong(word string, line int, quote byte) {
	switch {
	case len(word) < maxWord:
	case quote != 0:
		l.complain(line, fmt.Sprintf("too long parameter, probably missing terminating \"%c\" character", quote))
	default:
		l.complain(line, fmt.Sprintf("too long parameter \"%s...\" started", word[:10]))
	}
}

func (l *lexer) complain(line int, text string) {
	if len(l.problems) < maxProblems {
		l.problems = append(l.problems, Problem{Line: line, Text: text})
	}
}

// unescape decodes the six escapes nginx knows; any other backslash stays.
func unescape(word string) string {
	if strings.IndexByte(word, '\\') < 0 {
		return word
	}
	var b strings.Builder
	for i := 0; i < len(word); i++ {
		c := word[i]
		if c == '\\' && i+1 < len(word) {
			if n := strings.IndexByte(`"'\trn`, word[i+1]); n >= 0 {
				c = "\"'\\\t\r\n"[n]
				i++
			}
		}
		b.WriteByte(c)
	}
	return b.String()
}
