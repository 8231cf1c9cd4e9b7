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
				s.Addresses = append(s.Addresses, siteAddress(a).on(p.config.Ports))
			}
		}
	}
	p.matchers, p.filling = map[string]Condition{}, map[string][]choice{}
	p.directives(s, group{}, body, 0)
	if len(s.Binds) == 0 {
		s.Binds = p.binds
	}
	p.config.Sites = append(p.config.Sites, s)
}

// A group is a block that only groups: handle, route, handle_path.
type group struct {
	matcher      string
	when         []Condition
	rank, sorted int // as in Pass
	route        bool
}

// within is the block that a line opens, or the place of a directive in it.
func (b group) within(p *parser, line []token) (in group, args []token) {
	args = line[1:]
	if len(args) > 0 && isMatcher(args[0].text) && line[0].text != "root" {
		c := p.condition(args[0].text)
		if line[0].text == "handle_path" {
			c.strip = strings.TrimSuffix(args[0].text, "*")
		}
		b.matcher, b.when, args = args[0].text, append(b.when[:len(b.when):len(b.when)], c), args[1:]
	}
	if !b.route {
		b.sorted = len(b.when)
	}
	return b, args
}

// directives reads the lines of a site, and of the blocks in it.
func (p *parser) directives(s *Site, b group, words []token, depth int) {
	if depth > maxDepth {
		return
	}
	p.define(words)
	each(words, p.values)
	each(words, func(line, body []token) {
		in, args := b.within(p, line)
		switch line[0].text {
		case "handle", "handle_path":
			in.rank = max(in.rank, 2)
			p.directives(s, in, body, depth+1)
		case "route":
			in.rank, in.route = max(in.rank, 1), true
			p.directives(s, in, body, depth+1)
		case "reverse_proxy", "php_fastcgi", "forward_auth":
			ps := p.pass(line[0], in.matcher, args, body)
			ps.When, ps.rank, ps.sorted = in.when, in.rank, in.sorted
			s.Passes = append(s.Passes, ps)
		case "root":
			if len(line) > 1 {
				s.Root = line[len(line)-1].text
			}
		case "bind":
			s.Binds = append(s.Binds, texts(line[1:])...)
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
			text := texts(line[1:])
			if len(text) == 2 && line[0].text == "header_up" && strings.EqualFold(text[0], "host") {
				ps.Host = Value{line[0].Place, text[1]}
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
