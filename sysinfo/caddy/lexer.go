package caddy

import (
	"strings"

	"fix502/sysinfo/conf"
)

// token is one word of a Caddyfile.
type token struct {
	Place
	text   string
	quoted bool
	from   Place // the import line that the text came with, where a snippet's argument brought it
}

// lex splits a Caddyfile into words (caddyconfig/caddyfile/lexer.go): blanks separate, # begins a comment at the start
// of a word, "…" knows \", `…` knows nothing, and a \ at the end joins lines. env fills in {$NAME} and {$NAME:else}.
func lex(file, s string, env Environ) []token {
	s = expand(s, env)
	var out []token
	line := 1
	for i := 0; i < len(s); {
		c := s[i]
		switch {
		case c == '\n':
			line++
			i++
		case c == '\\' && i+1 < len(s) && s[i+1] == '\n':
			line++ // the next line goes on with this one: its words keep this line's number
			i += 2
			if len(out) > 0 {
				out[len(out)-1].Line = line
			}
		case c == ' ' || c == '\t' || c == '\r':
			i++
		case c == '#':
			i += until(s[i:], "\n")
		case c == '"' || c == '`':
			text, n := quoted(s[i:], c)
			out = append(out, token{Place: conf.At(file, line), text: text, quoted: true})
			line += strings.Count(s[i:i+n], "\n")
			i += n
		case strings.HasPrefix(s[i:], "<<"):
			text, n := heredoc(s[i:])
			out = append(out, token{Place: conf.At(file, line), text: text, quoted: true})
			line += strings.Count(s[i:i+n], "\n")
			i += n
		default:
			n := strings.IndexAny(s[i:], " \t\r\n")
			if n < 0 {
				n = len(s) - i
			}
			out = append(out, token{Place: conf.At(file, line), text: s[i : i+n]})
			i += n
		}
	}
	return out
}

func until(s, mark string) int {
	if i := strings.Index(s, mark); i >= 0 {
		return i
	}
	return len(s)
}

// quoted reads to the closing mark and says how long that was.
func quoted(s string, mark byte) (string, int) {
	var b strings.Builder
	for i := 1; i < len(s); i++ {
		switch {
		case s[i] == mark:
			return b.String(), i + 1
		case s[i] == '\\' && mark == '"' && i+1 < len(s) && s[i+1] == '"':
			b.WriteByte('"')
			i++
		default:
			b.WriteByte(s[i])
		}
	}
	return b.String(), len(s)
}

// heredoc reads "<<END … END".
func heredoc(s string) (string, int) {
	head := until(s, "\n")
	name := strings.TrimSpace(s[2:head])
	if name == "" || head == len(s) {
		return s[:max(head, 2)], max(head, 2)
	}
	end := strings.Index(s[head:], "\n"+name)
	for _, indent := range []string{"\t", "    ", "\t\t"} {
		if end < 0 {
			if end = strings.Index(s[head:], "\n"+indent+name); end >= 0 {
				return s[head : head+end], head + end + 1 + len(indent) + len(name)
			}
		}
	}
	if end < 0 {
		return s[head:], len(s)
	}
	return s[head : head+end], head + end + 1 + len(name)
}

// expand fills in the environment, once, as caddyfile/parse.go replaceEnvVars does before words are looked for. Within a word, a name of which
// nothing is known stays: half an address is none.
func expand(s string, env Environ) string {
	var b strings.Builder
	for {
		i := strings.Index(s, "{$")
		if i < 0 {
			break
		}
		end := strings.IndexByte(s[i:], '}')
		if end < 0 {
			break
		}
		name, otherwise, told := strings.Cut(s[i+2:i+end], ":")
		b.WriteString(s[:i])
		if v, ok := env.Set[name]; ok && v != "" {
			b.WriteString(v)
		} else if !ok && !told && env.Guess && i > 0 && !strings.ContainsRune(" \t\n", rune(s[i-1])) {
			b.WriteString(s[i : i+end+1])
		} else {
			b.WriteString(otherwise)
		}
		s = s[i+end+1:]
	}
	return b.String() + s
}
