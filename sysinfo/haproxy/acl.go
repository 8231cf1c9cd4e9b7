package haproxy

import (
	"net/netip"
	"strings"
)

// Request is what rules may ask about a visitor's request.
type Request struct {
	Host, Path string // Path without the query
	TLS        bool
	Port       int        // it came to
	From       netip.Addr // who connects; the zero one is not known
}

// truth is what is known of a condition.
type truth int8

const (
	unsure truth = iota
	no
	yes
)

func (t truth) not() truth {
	switch t {
	case no:
		return yes
	case yes:
		return no
	}
	return unsure
}

func known(b bool) truth {
	if b {
		return yes
	}
	return no
}

// holds judges "if A B or !C" and "unless …" of a rule; words begin behind the rule itself. No condition holds always.
func (s *Section) holds(words []string, q Request) truth {
	if len(words) == 0 {
		return yes
	}
	negate := words[0] == "unless"
	if words[0] != "if" && !negate {
		return yes
	}
	all, any := yes, no
	for i := 1; i < len(words); i++ {
		if orWord(words[i]) {
			any, all = either(any, all), yes
			continue
		}
		var t truth
		if t, i = s.term(words, i, q); t != yes && all != no {
			all = t
		}
	}
	t := either(any, all)
	if negate {
		return t.not()
	}
	return t
}

// orWord says that a word begins another way for a condition to hold: "or" in letters of any size, or "||" (parse_acl_cond in acl.c).
func orWord(word string) bool { return strings.EqualFold(word, "or") || word == "||" }

// either: yes wins, then what is not known, then no.
func either(a, b truth) truth {
	switch {
	case a == yes || b == yes:
		return yes
	case a == unsure || b == unsure:
		return unsure
	}
	return no
}

// term judges one name, negated name or "{ criterion values }" and gives the place of its last word.
func (s *Section) term(words []string, i int, q Request) (truth, int) {
	negate, word := false, words[i]
	for strings.HasPrefix(word, "!") {
		negate = !negate
		if word = word[1:]; word == "" {
			if i++; i >= len(words) {
				return unsure, i
			}
			word = words[i]
		}
	}
	var t truth
	if word == "{" {
		end := i + 1
		for end < len(words) && words[end] != "}" {
			end++
		}
		t, i = match(words[i+1:end], q), end
	} else {
		t = s.acl(word, q)
	}
	if negate {
		t = t.not()
	}
	return t, i
}

// acl judges a named one: any of its lines may match.
func (s *Section) acl(name string, q Request) truth {
	switch name {
	case "TRUE", "HTTP", "METH_GET", "HTTP_1.1":
		return yes
	case "FALSE", "METH_POST", "METH_CONNECT", "HTTP_CONTENT":
		return no
	}
	t, found := no, false
	for _, l := range s.acls[name] {
		if len(l.Words) >= 3 {
			found = true
			t = either(t, match(l.Words[2:], q))
		}
	}
	if !found {
		return unsure
	}
	return t
}
