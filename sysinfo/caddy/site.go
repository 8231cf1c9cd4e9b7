package caddy

import "strings"

// site reads one site block.
func (p *parser) site(names, body []token) {
	if len(names) == 0 {
		return
	}
	s := &Site{Place: names[0].Place}
	for _, n := range names {
		for a := range strings.SplitSeq(n.text, ",") {
			if a != "" {
				s.Addresses = append(s.Addresses, siteAddress(a))
			}
		}
	}
	p.matchers, p.filling = map[string]Condition{}, map[string][]choice{}
	p.directives(s, "", nil, body, 0)
	p.config.Sites = append(p.config.Sites, s)
}

// directives reads the lines of a site, and of the blocks in it that only group: handle, route, handle_path.
func (p *parser) directives(s *Site, matcher string, when []Condition, words []token, depth int) {
	if depth > maxDepth {
		return
	}
	p.define(words)
	each(words, p.values)
	each(words, func(line, body []token) {
		args := line[1:]
		own, all := matcher, when
		if len(args) > 0 && isMatcher(args[0].text) && line[0].text != "root" {
			own, all = args[0].text, append(when[:len(when):len(when)], p.condition(args[0].text))
			args = args[1:]
		}
		switch line[0].text {
		case "handle", "route", "handle_path", "handle_errors":
			if line[0].text != "handle_errors" {
				p.directives(s, own, all, body, depth+1)
			}
		case "reverse_proxy", "php_fastcgi", "forward_auth":
			ps := p.pass(line[0], own, args, body)
			ps.When = all
			s.Passes = append(s.Passes, ps)
		case "root":
			if len(line) > 1 {
				s.Root = line[len(line)-1].text
			}
		case "log":
			s.Logs = append(s.Logs, logs(line[0].Place, body))
		case "import":
			if len(line) > 1 {
				p.config.Problems.Add(line[0].Place, "import "+line[1].text+": no such file or snippet", nil)
			}
		}
	})
}

// isMatcher: a path, a name, or the star.
func isMatcher(s string) bool {
	return strings.HasPrefix(s, "/") || strings.HasPrefix(s, "@") || s == "*"
}

func (p *parser) pass(name token, matcher string, args, body []token) *Pass {
	if matcher == "*" {
		matcher = ""
	}
	ps := &Pass{Place: name.Place, Directive: name.text, Matcher: matcher, Settings: map[string]Value{}}
	for _, a := range args {
		ps.Upstreams = append(ps.Upstreams, p.upstreams(a, name.text)...)
	}
	p.block(ps, body, 0)
	return ps
}

func (p *parser) block(ps *Pass, body []token, depth int) {
	each(body, func(line, inner []token) {
		switch line[0].text {
		case "to":
			for _, a := range line[1:] {
				ps.Upstreams = append(ps.Upstreams, p.upstreams(a, ps.Directive)...)
			}
		case "transport":
			if len(line) > 1 {
				ps.Settings["transport"] = Value{line[1].Place, line[1].text}
			}
			if depth == 0 {
				p.block(ps, inner, 1)
			}
		default:
			var text []string
			for _, w := range line[1:] {
				text = append(text, w.text)
			}
			ps.Settings[line[0].text] = Value{line[0].Place, strings.Join(text, " ")}
		}
	})
	ps.speak()
}

// speak lets a transport change what upstreams without a scheme are spoken to in.
func (ps *Pass) speak() {
	for i := range ps.Upstreams {
		u := &ps.Upstreams[i]
		_, tls := ps.Settings["tls"]
		_, unsafe := ps.Settings["tls_insecure_skip_verify"]
		switch {
		case ps.Settings["transport"].Text == "fastcgi":
			u.Scheme = "fastcgi"
		case strings.Contains(ps.Settings["versions"].Text, "h2c") && u.Scheme == "http":
			u.Scheme = "h2c"
		case (tls || unsafe) && u.Scheme == "http" && !strings.Contains(u.Word, "://"):
			u.Scheme = "https"
		}
	}
}

func logs(at Place, body []token) Log {
	l := Log{at, "stderr"}
	each(body, func(line, _ []token) {
		if line[0].text == "output" && len(line) > 1 {
			l.Place, l.Output = line[0].Place, line[1].text
			if line[1].text == "file" && len(line) > 2 {
				l.Output = line[2].text
			}
		}
	})
	return l
}
