package haproxy

import (
	"slices"
	"strings"

	"fix502/sysinfo/conf"
)

// Nets are the addresses and networks of a criterion about who connects, "src 10.0.0.0/8 127.0.0.1"; nil where it is about something else, or its words
// stand in a file.
func Nets(words []string) []string {
	if len(words) < 2 || words[0] != "src" || !conf.AllNets(words[1:]) {
		return nil
	}
	return words[1:]
}

// Reject is a rule that ends a connection without an answer.
type Reject struct {
	Line
	Sure   bool // it is known to be taken
	Always bool // it has no condition
}

// Rejects are the rules by which a section may hang up on a request, in the order in which HAProxy asks them: connections first (tcp_rules.c, http_rules.c).
// Those that are known not to be taken are left out, and so is all behind one that is taken.
func (s *Section) Rejects(q Request) []Reject {
	return s.ends("reject", q, []string{"tcp-request", "connection"}, []string{"tcp-request", "session"}, []string{"tcp-request", "content"}, []string{"http-request"})
}

// Denies is the rule by which a section answers a request 403 (http-request deny, without a status of its own); ok is false where none is known to be taken.
func (s *Section) Denies(q Request) (l Line, ok bool) {
	all := s.ends("deny", q, []string{"http-request"})
	if len(all) != 1 || !all[0].Sure || slices.Contains(all[0].Words, "deny_status") || slices.Contains(all[0].Words, "status") {
		return Line{}, false
	}
	return all[0].Line, true
}

// ends are the rules with a verb that ends a request, by the stages in which they are asked.
func (s *Section) ends(verb string, q Request, stages ...[]string) []Reject {
	var out []Reject
	for _, stage := range stages {
		for _, l := range s.Lines {
			n := len(stage)
			if !l.Is(stage...) || len(l.Words) <= n || l.Words[n] != verb && l.Words[n] != "accept" && l.Words[n] != "allow" {
				continue
			}
			words := l.Words[n+1:]
			if i := slices.IndexFunc(words, func(w string) bool { return w == "if" || w == "unless" }); i >= 0 {
				words = words[i:]
			} else {
				words = nil
			}
			holds := s.holds(words, q)
			if l.Words[n] != verb {
				if holds == yes {
					break // it was accepted: the next stage
				}
				continue
			}
			if holds != no {
				out = append(out, Reject{Line: l, Sure: holds == yes, Always: len(words) == 0})
			}
			if holds == yes {
				return out
			}
		}
	}
	return out
}

// LetsIn is the line that says whom a rule does not meet, and its networks, where one list alone decides: "if !{ src 10.0.0.0/8 }", "unless { src … }",
// or the acl that it names. Nil networks where more decides.
func (s *Section) LetsIn(l Line) (Place, []string) {
	i := slices.IndexFunc(l.Words, func(w string) bool { return w == "if" || w == "unless" })
	if i < 0 {
		return Place{}, nil
	}
	negate, term := l.Words[i] == "unless", slices.Clone(l.Words[i+1:])
	for len(term) > 0 && strings.HasPrefix(term[0], "!") {
		negate = !negate
		if term[0] = term[0][1:]; term[0] == "" {
			term = term[1:]
		}
	}
	switch {
	case !negate || len(term) == 0:
	case term[0] == "{" && slices.Index(term, "}") == len(term)-1:
		return l.Place, Nets(term[1 : len(term)-1])
	case len(term) == 1 && len(s.acls[term[0]]) == 1 && len(s.acls[term[0]][0].Words) > 2:
		acl := s.acls[term[0]][0]
		return acl.Place, Nets(acl.Words[2:])
	}
	return Place{}, nil
}
