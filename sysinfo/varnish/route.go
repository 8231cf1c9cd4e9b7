package varnish

import (
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
	parts [][][]word // joined by ||, each of comparisons joined by &&
	not   bool
}

// asks takes what stands in the brackets apart, once: it is judged for each name that the VCL tells apart.
func asks(words []word) condition {
	var c condition
	for _, part := range split(words, "|") {
		c.parts = append(c.parts, split(part, "&"))
	}
	return c
}

// Route is the backend that a request is given to, by the rules that ask for its host and its address alone; the
// default one where no rule does. Sure is false when another rule might have said otherwise.
func (c *Config) Route(host, uri string) (name string, sure bool) {
	name, sure = c.Default, true
	for _, ch := range c.choices {
		all := ch.holds(host, uri)
		switch {
		case all == unsure:
			sure = false
		case all == yes:
			if members := c.membersOf(ch.backend); c.backend(ch.backend) {
				name = ch.backend
			} else if len(members) > 0 {
				name = members[0] // it has all of them, mostly in turn
			}
			if ch.final {
				return name, sure
			}
		}
	}
	return name, sure
}

// holds judges what a choice stands under, its own condition first: in a long elsif most fail by that alone.
func (ch choice) holds(host, uri string) int {
	all := yes
	for i := len(ch.under) - 1; i >= 0 && all != no; i-- {
		all = min(all, ch.under[i].holds(host, uri))
	}
	return all
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
	for _, part := range c.parts {
		all = yes
		for _, term := range part {
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
		if got = uri; uri == "" {
			return unsure
		}
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
		re := term[len(term)-1].re
		if re == nil {
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
