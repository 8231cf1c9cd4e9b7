package sysinfo

import (
	"strings"
)

// codeText is a program's text as far as its strings, its comments and its brackets go: enough to read what a call is given, in PHP,
// Python, JavaScript and Ruby alike.
type codeText struct {
	file, text string
	bare       string // the text with all comments, and what stands within quotes, as blanks
}

func readCode(file, text string) codeText { return codeText{file, text, bareCode(text)} }

// bareCode blanks comments and what is quoted; quotes, brackets and the ends of lines stay where they are.
func bareCode(text string) string {
	b := []byte(text)
	blank := func(from, to int) {
		for i := from; i < min(to, len(b)); i++ {
			if b[i] != '\n' {
				b[i] = ' '
			}
		}
	}
	for i := 0; i < len(text); {
		end := i + 1
		switch rest := text[i:]; {
		case strings.HasPrefix(rest, "/*"):
			end = i + upTo(rest, 2, "*/")
			blank(i, end)
		case rest[0] == '#' && !strings.HasPrefix(rest, "#[") || strings.HasPrefix(rest, "//") && (i == 0 || text[i-1] != ':'):
			end = i + upTo(rest, 1, "\n") - 1
			if end >= len(text)-1 {
				end = len(text)
			}
			blank(i, end)
		case strings.HasPrefix(rest, `"""`), strings.HasPrefix(rest, "'''"):
			end = i + upTo(rest, 3, rest[:3])
			blank(i, end)
		case rest[0] == '\'' || rest[0] == '"' || rest[0] == '`':
			end = i + quotedLength(rest)
			blank(i+1, end-1)
		}
		i = max(end, i+1)
	}
	return string(b)
}

// upTo is the length of a text up to and with a mark that stands behind its first bytes; all of it where there is none.
func upTo(text string, from int, mark string) int {
	if n := strings.Index(text[min(from, len(text)):], mark); n >= 0 {
		return from + n + len(mark)
	}
	return len(text)
}

// quotedLength is the length of a string with its quotes; of one that does not end on its line, that of its first quote: it was an
// apostrophe.
func quotedLength(text string) int {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '\n':
			if text[0] != '`' {
				return 1
			}
		case text[0]:
			return i + 1
		}
	}
	return 1
}

// A codeArg is one thing that a call is given: by its place, or by its name where it has one (name=value in Python, name: value and
// 'name' => value in what stands in braces).
type codeArg struct {
	name string
	at   int // where its text begins
	text string
}

// maxArgs bounds what is read of one call.
const maxArgs = 40

// args are those of a call whose bracket opens at a place.
func (c codeText) args(open int) []codeArg {
	end := c.closing(open)
	if end < 0 {
		return nil
	}
	var out []codeArg
	for from := open + 1; from <= end && len(out) < maxArgs; {
		to, _ := c.until(from, maxCall, ",")
		out = append(out, c.arg(from, to)...)
		from = to + 1
	}
	return out
}

// arg is one argument, or what stands in its braces.
func (c codeText) arg(from, to int) []codeArg {
	for from < to && strings.IndexByte(" \t\r\n", c.bare[from]) >= 0 {
		from++
	}
	name, at := c.named(from, to)
	if at < to && (c.bare[at] == '{' || c.bare[at] == '[') && c.closing(at) == to-1-trailing(c.bare[at:to]) {
		return c.args(at)
	}
	if text := strings.TrimSpace(c.text[at:to]); text != "" {
		return []codeArg{{name, at, text}}
	}
	return nil
}

func trailing(s string) int { return len(s) - len(strings.TrimRight(s, " \t\r\n")) }

// named is an argument's name, and where its value begins.
func (c codeText) named(from, to int) (string, int) {
	m := argName.FindStringSubmatchIndex(c.text[from:to])
	if m == nil || from+m[1] < to && strings.IndexByte("=>:", c.text[from+m[1]]) >= 0 || strings.IndexByte(`'"`, c.text[from]) >= 0 && !c.quoted(from+m[2], from+m[3]) {
		return "", from
	}
	return c.text[from+m[2] : from+m[3]], from + m[1]
}

// maxCall is how far from its bracket the end of a call is looked for.
const maxCall = 4000

// closing is the bracket that closes the one at a place; -1 where none does, or not soon.
func (c codeText) closing(open int) int {
	if end, ok := c.until(open+1, maxCall-1, ""); ok {
		return end
	}
	return -1
}

// until is where the next of some marks stands, outside of brackets that open behind a place, or the bracket that closes what is open there;
// false, and where it stopped, when neither is near.
func (c codeText) until(from, most int, marks string) (int, bool) {
	depth, end := 0, min(len(c.bare), from+most)
	for i := from; i < end; i++ {
		switch b := c.bare[i]; {
		case strings.IndexByte("([{", b) >= 0:
			depth++
		case strings.IndexByte(")]}", b) >= 0:
			if depth--; depth < 0 {
				return i, true
			}
		case depth == 0 && strings.IndexByte(marks, b) >= 0:
			return i, true
		}
	}
	return end, false
}

// place is the line of a place in the text.
func (c codeText) place(at int) Place {
	return Place{File: c.file, Line: 1 + strings.Count(c.text[:at], "\n")}
}
