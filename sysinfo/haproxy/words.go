package haproxy

import (
	"strconv"
	"strings"
)

// split takes a line apart as tools.c, parse_line does: blanks separate words, # begins a comment, single quotes keep
// everything, double quotes know \ and ${NAME}, and outside of quotes \ keeps the next character.
func split(line string, env map[string]string) (words []string, bad string) {
	var word strings.Builder
	in := false // inside a word, be it an empty one between quotes
	end := func() {
		if in {
			words = append(words, word.String())
			word.Reset()
			in = false
		}
	}
	for i := 0; i < len(line); i++ {
		switch c := line[i]; c {
		case ' ', '\t':
			end()
		case '#':
			end()
			return words, bad
		case '\'':
			in = true
			close := strings.IndexByte(line[i+1:], '\'')
			if close < 0 {
				bad = "unmatched quote"
				close = len(line) - i - 1
			}
			word.WriteString(line[i+1 : i+1+close])
			i += close + 1
		case '"':
			in = true
			var ok bool
			if i, ok = quoted(&word, line, i+1, env); !ok {
				bad = "unmatched quote"
			}
		case '\\':
			in = true
			i = escaped(&word, line, i)
		default:
			in = true
			word.WriteByte(c)
		}
	}
	end()
	return words, bad
}

// quoted reads to the closing double quote and gives its place.
func quoted(word *strings.Builder, line string, i int, env map[string]string) (int, bool) {
	for ; i < len(line); i++ {
		switch line[i] {
		case '"':
			return i, true
		case '\\':
			i = escaped(word, line, i)
		case '$':
			name, width := variable(line[i:])
			if width == 0 {
				word.WriteByte('$')
				continue
			}
			name, otherwise, _ := strings.Cut(name, "-")
			if v, ok := env[name]; ok {
				word.WriteString(v)
			} else {
				word.WriteString(otherwise)
			}
			i += width - 1
		default:
			word.WriteByte(line[i])
		}
	}
	return i, false
}

// variable reads "${NAME}", "${NAME-otherwise}" or "$NAME".
func variable(s string) (name string, width int) {
	if strings.HasPrefix(s, "${") {
		end := strings.IndexByte(s, '}')
		if end < 0 {
			return "", 0
		}
		return strings.TrimSuffix(s[2:end], "[*]"), end + 1
	}
	n := 1
	for n < len(s) && (s[n] == '_' || s[n]-'0' <= 9 || s[n]|0x20 >= 'a' && s[n]|0x20 <= 'z') {
		n++
	}
	return s[1:n], n * min(1, n-1)
}

// escaped writes what a backslash and the next characters stand for, and gives the place of the last of them.
func escaped(word *strings.Builder, line string, i int) int {
	if i+1 >= len(line) {
		word.WriteByte('\\')
		return i
	}
	switch c := line[i+1]; c {
	case 'n':
		word.WriteByte('\n')
	case 'r':
		word.WriteByte('\r')
	case 't':
		word.WriteByte('\t')
	case 'x':
		if i+3 < len(line) {
			if n, err := strconv.ParseUint(line[i+2:i+4], 16, 8); err == nil {
				word.WriteByte(byte(n))
				return i + 3
			}
		}
		word.WriteString(`\x`)
	case ' ', '#', '\\', '"', '\'', '$':
		word.WriteByte(c)
	default:
		word.WriteByte('\\')
		word.WriteByte(c)
	}
	return i + 1
}
