package sysinfo

import (
	"strings"

	"fix502/sysinfo/late"
)

// A codeArg is one thing that a call is given: by its place, or by its name where it has one (name=value in Python, name: value and
// 'name' => value in what stands in braces).
type codeArg struct {
	name string
	at   int // where its text begins
	text string
}

// maxArgs bounds what is read of one call.
const maxArgs = 40

// args are those of a call whose bracket opens at a place, and of so many brackets within.
func (c codeText) args(open, within int) []codeArg {
	end := c.closing(open)
	if end < 0 {
		return nil
	}
	var out []codeArg
	for from := open + 1; from <= end && len(out) < maxArgs; {
		to, _ := c.until(from, maxCall, ",")
		out = append(out, c.arg(from, to, within, c.bare[open] == '{')...)
		from = to + 1
	}
	return out
}

// arg is one argument, or what stands in its braces.
func (c codeText) arg(from, to, within int, inBraces bool) []codeArg {
	for from < to && strings.IndexByte(" \t\r\n", c.bare[from]) >= 0 {
		from++
	}
	name, at := c.named(from, to)
	if within > 0 && at < to && (c.bare[at] == '{' || c.bare[at] == '[') && c.closing(at) == to-1-trailing(c.bare[at:to]) {
		return c.args(at, within-1)
	}
	if text := strings.TrimSpace(c.text[at:to]); text != "" {
		if name == "" && inBraces && words.FindString(text) == text {
			name = text // JavaScript's { host, user }
		}
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

// behindParameters is what follows the list of a function's parameters, in one of its languages.
var behindParameters = late.New(`^\s*(?:[{:]|=>|->|use\b)`)

// parameter says that a place is in the list of a function's parameters.
func (c codeText) parameter(at int) bool {
	depth := 0
	for i := at - 1; i >= max(0, at-maxCall); i-- {
		switch b := c.bare[i]; {
		case strings.IndexByte(")]}", b) >= 0:
			depth++
		case strings.IndexByte("([{", b) >= 0:
			if depth--; depth < 0 {
				end := c.closing(i)
				return b == '(' && end > 0 && behindParameters.MatchString(c.bare[end+1:])
			}
		}
	}
	return false
}

// place is the line of a place in the text.
func (c codeText) place(at int) Place {
	return Place{File: c.file, Line: 1 + strings.Count(c.text[:at], "\n")}
}
