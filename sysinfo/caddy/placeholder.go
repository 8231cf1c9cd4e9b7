package caddy

import (
	"slices"
	"strconv"
	"strings"
)

// A choice is one value of a placeholder, and for which hosts it is.
type choice struct {
	token
	when Condition
}

// values takes in what "vars NAME VALUE" and "map … {NAME} { … }" put where {vars.NAME} or {NAME} is written: each value that it may be.
func (p *parser) values(line, body []token) {
	switch line[0].text {
	case "vars":
		var when Condition
		if len(line) > 1 && isMatcher(line[1].text) {
			when, line = p.condition(line[1].text), line[1:]
		}
		if len(line) == 3 {
			p.fill(line[1].text, choice{line[2], when})
		}
		each(body, func(inner, _ []token) {
			if len(inner) == 2 {
				p.fill(inner[0].text, choice{inner[1], when})
			}
		})
	case "map":
		for n := 2; n < len(line); n++ {
			var all []choice
			each(body, func(inner, _ []token) {
				if len(inner) <= n-1 || len(all) == maxRange {
					return
				}
				c := choice{token: inner[n-1]}
				switch key := inner[0].text; {
				case key == "default":
				case (line[1].text == "{host}" || line[1].text == "{http.request.host}") && !strings.HasPrefix(key, "~"):
					c.when.Hosts = []string{key}
				default:
					c.when.More = true
				}
				all = append(all, c)
			})
			p.filling[line[n].text] = all
		}
	}
}

// fill gives a variable one more value: those that a matcher chooses come before the one for all, of which the last counts (directives.go,
// the order of vars).
func (p *parser) fill(name string, c choice) {
	name = "{vars." + name + "}"
	all := p.filling[name]
	if c.when.always() {
		all = slices.DeleteFunc(all, func(o choice) bool { return o.when.always() })
	}
	if len(all) < maxRange {
		p.filling[name] = append(all, c)
	}
}

// maxRange is how many upstreams one word may stand for.
const maxRange = 64

// upstreams reads a word of a proxy: one address, a range of ports, or a placeholder whose values stand elsewhere.
func (p *parser) upstreams(t token, directive string) []Upstream {
	var out []Upstream
	for _, v := range p.filling[t.text] {
		u := upstream(v.written(), directive, v.text)
		u.Chosen, u.When = true, v.when
		out = append(out, u)
	}
	if len(out) > 0 {
		return out
	}
	head, last, ranged := cutRange(t.text)
	if !ranged {
		return []Upstream{upstream(t.written(), directive, t.text)}
	}
	u := upstream(t.written(), directive, head)
	for port := u.Port; port <= last && len(out) < maxRange; port++ {
		u.Port = port
		out = append(out, u)
	}
	return out
}

// cutRange takes "127.0.0.1:4000-4003" apart (caddy's ParseNetworkAddress).
func cutRange(s string) (head string, last int, ok bool) {
	i := strings.LastIndexByte(s, ':')
	head, end, ranged := strings.Cut(s, "-")
	if j := strings.LastIndexByte(s, '-'); ranged && j > i && i >= 0 {
		head, end = s[:j], s[j+1:]
	} else {
		return s, 0, false
	}
	n, err := strconv.Atoi(end)
	_, from, known := cutPort(head)
	return head, n, err == nil && known && n >= from && n <= 65535
}
