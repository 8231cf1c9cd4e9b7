package varnish

import (
	"regexp"
	"slices"
	"strings"
	"time"
)

// block is what is open around a word of a subroutine.
type block struct {
	under   []condition
	earlier []condition // of an if: what its else and elsif stand against
	choices []int       // that stand in it directly
}

// route reads which rules of vcl_recv choose a backend.
func (c *Config) route(words []word) {
	for i := 1; i < len(words); i++ {
		if words[i].quoted && words[i-1].text == "~" && !words[i-1].quoted {
			words[i].re, _ = regexp.Compile(words[i].text) // nil: what PCRE alone understands
		}
	}
	stack := []block{{}}
	var heads []condition
	for i := 0; i < len(words); i++ {
		top := &stack[len(stack)-1]
		switch w := words[i]; {
		case w.quoted:
		case w.text == "if" || w.text == "elsif" || w.text == "elseif" || w.text == "elif":
			j := closing(words, i+1)
			own := asks(words[min(i+2, j):j])
			heads = []condition{own}
			if w.text != "if" {
				heads = append(slices.Clone(top.earlier), own)
			} else {
				top.earlier = nil
			}
			top.earlier = append(slices.Clone(top.earlier), condition{own.parts, true})
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
		case w.text == "set" && i+3 < len(words) && strings.HasPrefix(words[i+1].text, "bereq.") && strings.HasSuffix(words[i+1].text, "_timeout") && words[i+2].text == "=" && len(top.under) == 0:
			c.waits(words[i:])
		case w.text == "set" && i+4 < len(words) && setsHost(words[i+1:i+5]):
			c.rename(words[i+1].text, Value{w.Place, words[i+3].text}, len(top.under) > 0)
		case w.text == "return":
			for _, n := range top.choices {
				c.choices[n].final = true
			}
		}
	}
}

// setsHost says that words are those of a request's Host header and a name for it: req.http.host = "shop.test";
func setsHost(words []word) bool {
	what := strings.ToLower(words[0].text)
	return (what == "req.http.host" || what == "bereq.http.host") && words[1].text == "=" && words[2].quoted && words[3].text == ";"
}

// rename notes the Host that a rule gives. What goes to the backend (bereq) has the last word.
func (c *Config) rename(what string, to Value, conditional bool) {
	backend := strings.HasPrefix(strings.ToLower(what), "be")
	switch {
	case c.renamed.late && !backend:
		return
	case conditional || c.renamed.unsure && backend == c.renamed.late:
		c.Renames, c.renamed.unsure = Value{}, true
	default:
		c.Renames, c.renamed.unsure = to, false
	}
	c.renamed.late = backend
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

// waits notes "set bereq.first_byte_timeout = 1s;".
func (c *Config) waits(words []word) {
	v := Value{Place: words[0].Place}
	for _, w := range words[3:] {
		if w.text == ";" {
			break
		}
		v.Text += w.text // "1 s"
	}
	if c.Waits == nil {
		c.Waits = map[string]Value{}
	}
	c.Waits[strings.TrimPrefix(words[1].text, "bereq.")] = v
}

// Wait is the time that the rules give to every fetch, and the line that says so.
func (c *Config) Wait(name string) (time.Duration, Place, bool) {
	v, ok := c.Waits[name]
	return duration(v.Text), v.Place, ok && duration(v.Text) > 0
}
