package haproxy

import (
	"slices"
	"strings"
)

// RulesFor are the rules that may take requests for a host, in order: a frontend may have thousands, each for a name of its own, and each of
// those names is asked for. The host is in small letters.
func (s *Section) RulesFor(host string) []Rule {
	all := slices.Concat(s.byName[host], s.anyName)
	slices.Sort(all)
	var out []Rule
	for _, n := range all {
		if s.Takes(s.rules[n], host) {
			out = append(out, s.rules[n])
		}
	}
	return out
}

func (s *Section) indexRules() {
	s.byName, s.anyName = map[string][]int{}, nil
	for n, r := range s.rules {
		if r.only == nil {
			s.anyName = append(s.anyName, n)
		}
		for _, name := range r.only {
			if of := s.byName[name]; len(of) == 0 || of[len(of)-1] != n {
				s.byName[name] = append(of, n)
			}
		}
	}
}

// onlyHosts are the names beside which a condition holds for none: one of its terms, which all have to hold, compares the whole host.
func (s *Section) onlyHosts(words []string) []string {
	if len(words) == 0 || words[0] != "if" || slices.ContainsFunc(words, orWord) {
		return nil
	}
	for i := 1; i < len(words); i++ {
		var lines [][]string
		switch {
		case words[i] == "!":
			i++
		case words[i] == "{":
			end := i + max(0, slices.Index(words[i:], "}"))
			lines, i = [][]string{words[min(i+1, end):end]}, max(i, end)
		case !strings.HasPrefix(words[i], "!"):
			for _, l := range s.acls[words[i]] {
				if len(l.Words) >= 3 {
					lines = append(lines, l.Words[2:])
				}
			}
		}
		if names := wholeHosts(lines); names != nil {
			return names
		}
	}
	return nil
}

// wholeHosts are the names that criteria compare the whole host with; nil where one of them asks otherwise.
func wholeHosts(lines [][]string) []string {
	var out []string
	for _, words := range lines {
		a := asks(words)
		if a.fetch != "host" || a.how != "str" || len(a.values) == 0 {
			return nil
		}
		for _, v := range a.values {
			out = append(out, strings.ToLower(v))
		}
	}
	return out
}
