package wizard

import (
	"cmp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Term is a word of the trade and what it means, in one line.
type Term struct {
	Word  string
	Means string
	Also  []string // other forms it is found by
}

// Terms are the words of the glossary that a text uses, in the order of their first use.
func Terms(text string) []Term {
	type found struct {
		Term
		at int
	}
	var out []found
	low := strings.ToLower(text)
	for _, t := range Glossary() {
		at := -1
		for _, w := range append([]string{t.Word}, t.Also...) {
			in, small := low, strings.ToLower(w)
			if w == "GET" || w == "HEAD" || w == "POST" { // words of the trade in capitals only
				in, small = text, w
			}
			if i := wordAt(in, small, "_-/"); i >= 0 && (at < 0 || i < at) {
				at = i
			}
		}
		if at >= 0 {
			out = append(out, found{t, at})
		}
	}
	slices.SortStableFunc(out, func(a, b found) int { return cmp.Compare(a.at, b.at) })
	terms := make([]Term, len(out))
	for i, f := range out {
		terms[i] = f.Term
	}
	return terms
}

// Lookup are the words that have a text in them or in what they mean.
func Lookup(text string) []Term {
	var out []Term
	text = strings.ToLower(strings.TrimSpace(text))
	for _, t := range Glossary() {
		if strings.Contains(strings.ToLower(t.Word+" "+strings.Join(t.Also, " ")+" "+t.Means), text) {
			out = append(out, t)
		}
	}
	return out
}

// wordAt is where a word stands in a text as a word of its own: with no letter, digit or character of joins beside it.
func wordAt(text, word, joins string) int {
	inside := func(r rune) bool {
		return r != utf8.RuneError && (unicode.IsLetter(r) || unicode.IsDigit(r) || strings.ContainsRune(joins, r))
	}
	for from := 0; ; {
		i := strings.Index(text[from:], word)
		if i < 0 {
			return -1
		}
		i += from
		before, _ := utf8.DecodeLastRuneInString(text[:i])
		after, _ := utf8.DecodeRuneInString(text[i+len(word):])
		if !inside(before) && !inside(after) {
			return i
		}
		from = i + len(word)
	}
}

// Text is all that a page says, for looking its words up.
func (p Page) Text() string {
	var b strings.Builder
	for _, part := range slices.Concat(p.Found, p.Fix) {
		b.WriteString(part.Source + " " + part.Text + "\n")
		if part.Path != nil {
			b.WriteString(Sentence(*part.Path) + "\n")
		}
	}
	return p.Title + "\n" + b.String()
}
