package varnish

import (
	"regexp"
	"slices"
	"strings"
)

// choice is one "set req.backend_hint = NAME;" with the conditions it stands under.
type choice struct {
	backend string
	under   []condition
	final   bool // a return follows in its block: nothing after it is run
}

// condition is what stands in the brackets of an if; an else is its opposite.
type condition struct {
	words []word
	not   bool
}

// Route is the backend that a request is given to, by the rules that ask for its host and its address alone; the
// default one where no rule does. Sure is false when another rule might have said otherwise.
func (c *Config) Route(host, uri string) (name string, sure bool) {
	name, sure = c.Default, true
	for _, ch := range c.choices {
		all := yes
		for _, cond := range ch.under {
			all = min(all, cond.holds(host, uri))
		}
		switch {
		case all == unsure:
			sure = false
		case all == yes && c.backend(ch.backend):
			name = ch.backend
			if ch.final {
				return name, sure
			}
		}
	}
	return name, sure
}

func (c *Config) backend(name string) bool {
	return slices.ContainsFunc(c.Backends, func(b *Backend) bool { return b.Name == name })
}

// verdicts on a condition; the least of several that must all hold is theirs.
const (
	no = iota
	unsure
	yes
)

// holds judges "req.http.host == …", "req.http.host ~ …" and the same of req.url, joined by || or &&.
func (c condition) holds(host, uri string) int {
	any, all := no, yes
	for _, part := range split(c.words, "|") {
		all = yes
		for _, term := range split(part, "&") {
			all = min(all, holds(term, host, uri))
		}
		any = max(any, all)
	}
	if c.not {
		return yes - any
	}
	return any
}

// split cuts at a doubled sign: || and && are two words each.
func split(words []word, sign string) [][]word {
	out := [][]word{nil}
	for i := 0; i < len(words); i++ {
		if w := words[i]; !w.quoted && w.text == sign && i+1 < len(words) && words[i+1].text == sign {
			out = append(out, nil)
			i++
			continue
		}
		out[len(out)-1] = append(out[len(out)-1], words[i])
	}
	return out
}

// holds judges one comparison.
func holds(term []word, host, uri string) int {
	if len(term) < 3 || !term[len(term)-1].quoted {
		return unsure
	}
	got := host
	switch strings.ToLower(term[0].text) {
	case "req.http.host":
	case "req.url":
		got = uri
	default:
		return unsure
	}
	sign := ""
	for _, w := range term[1 : len(term)-1] {
		sign += w.text
	}
	want, t := term[len(term)-1].text, no
	switch strings.TrimPrefix(sign, "!") {
	case "==", "=": // != without its first sign
		if got == want {
			t = yes
		}
	case "~":
		re, err := regexp.Compile(want)
		if err != nil {
			return unsure // PCRE knows more than Go does
		}
		if re.MatchString(got) {
			t = yes
		}
	default:
		return unsure
	}
	if strings.HasPrefix(sign, "!") {
		return yes - t
	}
	return t
}

// block is what is open around a word of a subroutine.
type block struct {
	under   []condition
	earlier []condition // of an if: what its else and elsif stand against
	choices []int       // that stand in it directly
}

// route reads which rules of vcl_recv choose a backend.
func (c *Config) route(words []word) {
	stack := []block{{}}
	var heads []condition
	for i := 0; i < len(words); i++ {
		top := &stack[len(stack)-1]
		switch w := words[i]; {
		case w.quoted:
		case w.text == "if" || w.text == "elsif" || w.text == "elseif" || w.text == "elif":
			j := closing(words, i+1)
			own := condition{words: words[min(i+2, j):j]}
			heads = []condition{own}
			if w.text != "if" {
				heads = append(slices.Clone(top.earlier), own)
			} else {
				top.earlier = nil
			}
			top.earlier = append(slices.Clone(top.earlier), condition{own.words, true})
			i = j
		case w.text == "else" && i+1 < len(words) && words[i+1].text == "if":
			words[i+1].text = "elsif"
		case w.text == "else":
			heads = top.earlier
		case w.text == "{":
			stack = append(stack, block{under: append(slices.Clone(top.under), heads...)})
			heads = nil
		case w.text == "}" && len(stack) > 1:
			stack = stack[:len(stack)-1]
		case w.text == "set" && i+3 < len(words) && (words[i+1].text == "req.backend_hint" || words[i+1].text == "bereq.backend"):
			c.choices = append(c.choices, choice{backend: words[i+3].text, under: top.under})
			top.choices = append(top.choices, len(c.choices)-1)
		case w.text == "return":
			for _, n := range top.choices {
				c.choices[n].final = true
			}
		}
	}
}

// closing is the place of the bracket that ends the one at i, or the last word.
func closing(words []word, i int) int {
	depth := 0
	for ; i < len(words)-1; i++ {
		switch {
		case words[i].quoted:
		case words[i].text == "(":
			depth++
		case words[i].text == ")":
			if depth--; depth == 0 {
				return i
			}
		}
	}
	return len(words) - 1
}
