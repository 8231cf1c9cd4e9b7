package sysinfo

import "strings"

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
	var open [256]int // up to where a quote is known to have no other: what stands behind a backslash in between is looked at once
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
		case (rest[0] == '\'' || rest[0] == '"' || rest[0] == '`') && i >= open[rest[0]]:
			n := quotedLength(rest)
			if end = i + n; n == 1 {
				open[rest[0]] = i + upTo(rest, 0, map[bool]string{true: "\x00", false: "\n"}[rest[0] == '`'])
			}
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
