package apache

import (
	"net/http"
	"regexp"
	"strconv"
	"strings"
)

// rule is one RewriteRule with the conditions above it.
type rule struct {
	*Directive
	pattern *regexp.Regexp // nil: nobody here can tell
	not     bool
	flags   []string
	conds   []condition
	pass    *Pass // of a rule with [P]
}

// condition is one RewriteCond.
type condition struct {
	test, pattern string
	flags         []string
}

// rewrites collects the rules of a server, of the server itself and of its folders, and the passes among them.
func (s *Server) rewrites() {
	s.rules = map[*Section][]rule{}
	s.walkRules(s.Section)
	if s.base == nil || !s.inherits() {
		return
	}
	for _, r := range s.base.rules[s.base.Section] {
		if r.pass != nil {
			p := *r.pass
			p.Server, p.Shared = s, true
			r.pass = &p
			s.Passes = append(s.Passes, &p)
		}
		s.rules[s.Section] = append(s.rules[s.Section], r)
	}
}

// inherits says that the main server's rules hold in this one: they do not unless told.
func (s *Server) inherits() bool {
	for _, d := range append(s.Own("RewriteOptions"), s.base.Own("RewriteOptions")...) {
		if strings.Contains(strings.ToLower(d.Raw), "inherit") {
			return true
		}
	}
	return false
}

func (s *Server) walkRules(sec *Section) {
	on := sec.Last("RewriteEngine")
	if on == nil || !on.On() {
		on = nil
	}
	for _, r := range rulesOf(sec) {
		if on == nil {
			break
		}
		if r.has("P") && len(r.Args) > 1 {
			r.pass = &Pass{Directive: r.Directive, Server: s, URL: r.Args[1], Path: r.Arg(0), Regex: true, Pattern: r.pattern}
			s.Passes = append(s.Passes, r.pass)
		}
		s.rules[sec] = append(s.rules[sec], r)
	}
	for _, i := range sec.Items {
		if i.Section != nil && !i.Section.Is("VirtualHost") {
			s.walkRules(i.Section)
		}
	}
}

// rulesOf are the rules that stand in a section itself.
func rulesOf(sec *Section) []rule {
	var out []rule
	var conds []condition
	for _, i := range sec.Items {
		d := i.Directive
		switch {
		case d == nil:
		case d.Is("RewriteCond") && len(d.Args) >= 2:
			conds = append(conds, condition{d.Args[0], d.Args[1], flagsOf(d.Arg(2))})
		case d.Is("RewriteRule") && len(d.Args) >= 2:
			r := rule{Directive: d, flags: flagsOf(d.Arg(2)), conds: conds}
			pattern, not := strings.CutPrefix(d.Args[0], "!")
			r.not, r.pattern = not, compile(pattern, r.has("NC"))
			out = append(out, r)
			conds = nil
		}
	}
	return out
}

// flagsOf reads [P,NC,QSA].
func flagsOf(s string) []string {
	s = strings.TrimSuffix(strings.TrimPrefix(s, "["), "]")
	return strings.FieldsFunc(s, func(r rune) bool { return r == ',' || r == ' ' })
}

// longFlags are the other names of the flags that matter here.
var longFlags = map[string]string{"PROXY": "P", "NOCASE": "NC", "LAST": "L", "REDIRECT": "R", "FORBIDDEN": "F", "GONE": "G", "ORNEXT": "OR", "PASSTHROUGH": "PT", "CHAIN": "C"}

func hasFlag(flags []string, want string) bool {
	for _, f := range flags {
		name, _, _ := strings.Cut(strings.ToUpper(f), "=")
		if short := longFlags[name]; short != "" {
			name = short
		}
		if name == want {
			return true
		}
	}
	return false
}

func (r rule) has(flag string) bool { return hasFlag(r.flags, flag) }

// redirects is the status of a rule that answers itself: [R=503], 302 where it names none.
func (r rule) redirects() int {
	for _, f := range r.flags {
		if name, status, _ := strings.Cut(f, "="); hasFlag([]string{name}, "R") {
			if code, err := strconv.Atoi(status); err == nil {
				return code
			}
		}
	}
	return http.StatusFound
}
