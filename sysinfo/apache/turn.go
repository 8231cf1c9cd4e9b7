package apache

import (
	"path"
	"strings"
)

// maxURI is what a request line may hold (LimitRequestLine).
const maxURI = 8190

// rewrite follows the rules of one section for a subject: the path, or what is left of it below a folder.
func (r *request) rewrite(sec *Section, subject string) (Route, bool) {
	return r.follow(r.server.rules[sec], subject, "")
}

// follow runs rules in order. It is done when one of them decides where the request goes.
func (r *request) follow(rules []rule, subject, folder string) (Route, bool) {
	for i := range rules {
		ru := &rules[i]
		if ru.pattern == nil {
			r.sure = false
			continue
		}
		m := ru.pattern.FindStringSubmatch(subject)
		if (m == nil) == !ru.not || !r.hold(ru, folder) {
			continue
		}
		to := ru.Arg(1)
		switch {
		case ru.pass != nil:
			return Route{Pass: ru.pass}, true
		case ru.has("F"):
			return Route{Code: 403, Rule: ru.Directive}, true
		case ru.has("G"):
			return Route{Code: 410, Rule: ru.Directive}, true
		case ru.has("R") || strings.Contains(to, "://"):
			return Route{Code: ru.redirects(), Rule: ru.Directive}, true
		case to == "-":
			if ru.has("L") || ru.has("END") {
				return Route{}, false
			}
			continue
		}
		next := path.Clean("/" + fill(to, m))
		switch {
		case len(next) > maxURI:
			return Route{Code: 414}, true
		case next == r.uri:
			continue
		}
		r.uri, subject = next, next
		if folder != "" {
			return r.go1(), true // an internal redirect starts anew
		}
		if ru.has("L") || ru.has("END") {
			break
		}
	}
	return Route{}, false
}

// fill puts the groups of a match in for $1 to $9 and cuts the query off.
func fill(to string, m []string) string {
	to, _, _ = strings.Cut(to, "?")
	var b strings.Builder
	for i := 0; i < len(to) && b.Len() <= maxURI; i++ {
		if to[i] == '$' && i+1 < len(to) && to[i+1] >= '0' && to[i+1] <= '9' {
			if n := int(to[i+1] - '0'); n < len(m) {
				b.WriteString(m[n])
			}
			i++
			continue
		}
		b.WriteByte(to[i])
	}
	return b.String()
}

// hold judges a rule's conditions; what only a real request can tell is taken not to hold.
func (r *request) hold(ru *rule, folder string) bool {
	for i := 0; i < len(ru.conds); i++ {
		any := r.condition(ru.conds[i], folder)
		for hasFlag(ru.conds[i].flags, "OR") && i+1 < len(ru.conds) {
			i++
			any = r.condition(ru.conds[i], folder) || any
		}
		if !any {
			return false
		}
	}
	return true
}

func (r *request) condition(c condition, folder string) bool {
	if c.test == "%{HTTP_USER_AGENT}" && len(r.look.Agents) > 0 {
		first := r.meets(c, r.look.Agents[0])
		for _, agent := range r.look.Agents[1:] {
			if r.meets(c, agent) != first {
				r.sure = false
				return false
			}
		}
		return first
	}
	value, known := r.value(c.test)
	if !known {
		r.sure = false
		return false
	}
	return r.meets(c, value)
}

// meets says that a value is as a condition wants it.
func (r *request) meets(c condition, value string) bool {
	pattern, not := strings.CutPrefix(c.pattern, "!")
	hit := false
	switch {
	case pattern == "-f":
		hit = r.look.Exists(value) && !r.look.Exists(strings.TrimRight(value, "/")+"/")
	case pattern == "-d":
		hit = r.look.Exists(strings.TrimRight(value, "/") + "/")
	case strings.HasPrefix(pattern, "="):
		hit = value == strings.Trim(pattern[1:], `"`)
	default:
		re := compile(pattern, hasFlag(c.flags, "NC"))
		if re == nil {
			r.sure = false
			return false
		}
		hit = re.MatchString(value)
	}
	return hit != not
}

// value is what a condition tests, as far as a plain GET from a browser has it.
func (r *request) value(test string) (string, bool) {
	known := map[string]string{"%{REQUEST_URI}": r.uri, "%{QUERY_STRING}": r.query, "%{REQUEST_METHOD}": "GET", "%{DOCUMENT_ROOT}": r.server.DocumentRoot(),
		"%{REQUEST_FILENAME}": r.fileOf(r.uri), "%{SCRIPT_FILENAME}": r.fileOf(r.uri), "%{HTTP:Upgrade}": "", "%{HTTP:Authorization}": "",
		"%{ENV:REDIRECT_STATUS}": ""}
	for name, value := range known {
		test = strings.ReplaceAll(test, name, value)
	}
	return test, !strings.Contains(test, "%{") && !strings.Contains(test, "%1")
}

// perFolder follows the rules of Directory sections and of .htaccess: the front controllers of applications.
func (r *request) perFolder(name string) (Route, bool) {
	if r.turns > 1 && r.look.Exists(name) {
		return Route{}, false // rewritten to a file that is there
	}
	for _, sec := range r.sections() {
		for _, dir := range sec.Inner("Directory") {
			if rules := r.server.rules[dir]; len(rules) > 0 && inFolder(dir, name) {
				base := strings.TrimRight(dir.Args[0], "/") + "/"
				if route, done := r.follow(rules, strings.TrimPrefix(name, base), base); done {
					return route, true
				}
			}
		}
	}
	return r.htaccess(name)
}
