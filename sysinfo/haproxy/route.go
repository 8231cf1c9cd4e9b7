package haproxy

import (
	"slices"
	"strings"

	"fix502/sysinfo/conf"
)

// Rule sends requests of a frontend to a backend.
type Rule struct {
	Place
	Backend string // empty when it is worked out per request
	Hosts   []string
	Spelt   map[string]string // of those of its hosts that stand for many: what they have to be like
	Entry   Place             // the line of a map file that names the backend; zero for others
	only    []string          // the names, in small letters, beside which it takes none; nil where it may take any
	named   []string          // the condition of a name that a map or a built name stands for; nil for others
	words   []string          // of the line's own condition: if …
}

// Rules are the use_backend lines of a frontend or listen, in order, and its default_backend at the end. A listen with
// servers of its own is its own last resort.
func (s *Section) Rules() []Rule {
	if s.rules != nil {
		return s.rules
	}
	return s.findRules()
}

func (s *Section) findRules() []Rule {
	out := []Rule{}
	for _, l := range s.All("use_backend") {
		if len(l.Words) < 2 {
			continue
		}
		r := Rule{Place: l.Place, Backend: l.Words[1], words: l.Words[2:]}
		if mapped := s.mapped(l); len(mapped) > 0 {
			out = append(out, mapped...)
			continue
		}
		if named, known := s.named(l); known {
			out = append(out, named...)
			continue
		}
		if strings.Contains(r.Backend, "%[") {
			r.Backend = ""
		}
		r.Hosts, r.Spelt = s.hosts(r.words)
		r.only = s.onlyHosts(r.words)
		out = append(out, r)
	}
	if l, ok := s.Get("default_backend"); ok && len(l.Words) > 1 {
		out = append(out, Rule{Place: l.Place, Backend: l.Words[1]})
	} else if s.Kind == "listen" {
		out = append(out, Rule{Place: s.Place, Backend: s.Name})
	}
	return out
}

// hosts are the host names that a condition asks for; of one that asks for a part of a name an example, and how the others are spelt.
func (s *Section) hosts(words []string) (out []string, spelt map[string]string) {
	spelt = map[string]string{}
	add := func(criterionAndValues []string) {
		a := asks(criterionAndValues)
		if a.fetch != "host" && a.fetch != "sni" {
			return
		}
		for _, value := range a.values {
			v := oneHost(a.how, value, a.fold)
			if !strings.Contains(v, ".") || strings.HasSuffix(v, ".") || slices.Contains(out, v) {
				continue
			}
			if out = append(out, v); conf.MadeUp(v, value) {
				spelt[v] = map[string]string{"reg": "~"}[a.how] + map[string]string{"end": "*"}[a.how] + value + map[string]string{"beg": "*"}[a.how]
			}
		}
	}
	if len(words) > 0 && words[0] == "unless" { // those it asks for are the ones that it leaves out
		return nil, nil
	}
	for i := 0; i < len(words); i++ {
		if words[i] == "!" {
			i++ // "! name"
			continue
		}
		if strings.HasPrefix(words[i], "!") {
			continue
		}
		if words[i] == "{" {
			end := slices.Index(words[i:], "}")
			if end < 0 {
				break
			}
			add(words[i+1 : i+end])
			i += end
			continue
		}
		for _, l := range s.acls[words[i]] {
			if len(l.Words) >= 3 {
				add(l.Words[2:])
			}
		}
	}
	return out, spelt
}

// oneHost is a host that a comparison stands for, itself or one of many; empty for a way of comparing that names none.
func oneHost(how, v string, fold bool) string {
	switch how {
	case "reg":
		if fold {
			v = "(?i)" + v
		}
		if name, ok := conf.HostLike(v); ok {
			return name
		}
		return ""
	case "beg":
		if strings.HasSuffix(v, ".") { // "shop." is the begin of many: one under a domain that is nobody's (RFC 2606)
			v += "example"
		}
	case "end":
		if strings.HasPrefix(v, ".") { // names below a domain, not itself
			v = "www" + v
		}
	case "str", "dom":
	default:
		return ""
	}
	v, _, _ = strings.Cut(strings.TrimPrefix(v, "."), ":")
	return v
}

// Route is the rule that a request goes by; sure is false when a condition on the way could not be judged.
func (s *Section) Route(q Request) (rule Rule, sure, ok bool) {
	sure = true
	for _, r := range s.Rules() {
		switch s.takes(r, q) {
		case yes:
			return r, sure && r.Backend != "", true
		case unsure:
			sure = false
		}
	}
	return Rule{}, sure, false
}

// takes judges a rule: by its name, where it is of several, and by its line's condition.
func (s *Section) takes(r Rule, q Request) truth {
	named := s.holds(r.named, q)
	if named == no {
		return no
	}
	if own := s.holds(r.words, q); own != yes {
		return own
	}
	return named
}

// Always says that a rule takes every request for a host, whatever its path.
func (s *Section) Always(r Rule, host string) bool {
	for _, path := range []string{"/", "/no/such/page.x"} {
		if s.takes(r, Request{Host: host, Path: path}) != yes {
			return false
		}
	}
	return true
}

// Takes says that a rule may take requests for a host, by some path: its condition's host may be only a part of it (hdr_end, -m beg).
func (s *Section) Takes(r Rule, host string) bool {
	return s.takes(r, Request{Host: host}) != no
}

// Paths are the beginnings of paths that the rules of a frontend tell apart.
func (s *Section) Paths() []string {
	var out []string
	for _, l := range s.Lines {
		if !l.Is("acl") && !l.Is("use_backend") {
			continue
		}
		for _, w := range l.Words[1:] {
			if strings.HasPrefix(w, "/") && len(out) < 16 {
				out = append(out, w)
			}
		}
	}
	return out
}
