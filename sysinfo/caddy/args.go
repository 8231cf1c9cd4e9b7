package caddy

import (
	"regexp"
	"strconv"
	"strings"
)

// oneArg and manyArgs are how a snippet, or an imported file, names what stands behind its name on the import line
// (caddyconfig/caddyfile/importargs.go): {args.0} up to Caddy 2.6, {args[0]} since then, {args[1:]} for several.
var (
	oneArg   = regexp.MustCompile(`\{args(?:\.(\d{1,3})|\[(\d{1,3})\])\}`)
	manyArgs = regexp.MustCompile(`^\{args\[(\d{0,3}):(\d{0,3})\]\}$`)
)

// maxText is the length of a word that an argument may bring about, in bytes.
const maxText = 16 << 10

// importLine takes an import apart: its arguments, the words of a block behind it, and the place of its last word.
func importLine(in []token, i int) (args, body []token, last int) {
	last = i + 1
	for last+1 < len(in) && in[last+1].Line == in[i].Line && in[last+1].File == in[i].File {
		last++
		if in[last].text == "{" && !in[last].quoted {
			end := min(block(in, last), len(in)-1)
			return args, in[last+1 : max(end, last+1)], end
		}
		args = append(args, in[last])
	}
	return args, nil, last
}

// filled are the words of a snippet with the arguments of one import in them. A word keeps its line, on which its directive
// stands, and says where its text was written.
func filled(words, args, body []token) []token {
	out := make([]token, 0, len(words))
	for _, t := range words {
		if len(out) > maxWords { // arguments that are handed on twice over grow without end
			break
		}
		switch m := manyArgs.FindStringSubmatch(t.text); {
		case !strings.HasPrefix(t.text, "{block") && !strings.Contains(t.text, "{args"):
			out = append(out, t)
		case t.text == "{block}" && !t.quoted:
			out = append(out, body...)
		case m != nil:
			for _, a := range some(args, m[1], m[2]) {
				out = append(out, t.holding(a.text, a))
			}
		default:
			out = append(out, t.filled(args))
		}
	}
	return out
}

// filled is one word with its arguments; one that nobody gave stays as it is written.
func (t token) filled(args []token) token {
	var from *token
	text := oneArg.ReplaceAllStringFunc(t.text, func(s string) string {
		m := oneArg.FindStringSubmatch(s)
		n, err := strconv.Atoi(m[1] + m[2])
		if err != nil || n >= len(args) {
			return s
		}
		from = &args[n]
		return from.text
	})
	if from == nil || len(text) > maxText {
		return t
	}
	return t.holding(text, *from)
}

// holding is the word with another text, which a came with.
func (t token) holding(text string, a token) token {
	t.text, t.from = text, a.written()
	return t
}

// written is where the text of a word stands: its own line, or the import that brought it.
func (t token) written() Place {
	if t.from.File != "" {
		return t.from
	}
	return t.Place
}

// some are the arguments from one number up to another; an empty number is the end that it stands at.
func some(args []token, from, to string) []token {
	lo, _ := strconv.Atoi(from) // empty: 0
	hi, err := strconv.Atoi(to)
	if err != nil {
		hi = len(args)
	}
	hi = min(hi, len(args))
	return args[min(lo, hi):hi]
}
