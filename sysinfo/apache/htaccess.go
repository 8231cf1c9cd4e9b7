package apache

import (
	"strings"
)

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

// htaccess follows the .htaccess of the document root, where the server lets it have a say.
func (r *request) htaccess(name string) (Route, bool) {
	root := r.server.DocumentRoot()
	d := r.setting("AllowOverride", root)
	if d == nil || strings.EqualFold(d.Arg(0), "none") || r.look.Read == nil || !strings.HasPrefix(name, root) {
		return Route{}, false
	}
	b, err := r.look.Read(root + "/.htaccess")
	if err != nil || len(b) > maxFile {
		return Route{}, false
	}
	rules := r.server.config.snippet(root+"/.htaccess", string(b))
	return r.follow(rules, strings.TrimPrefix(strings.TrimPrefix(name, root), "/"), root+"/")
}

// snippet reads the rules of a text that is no part of the configuration.
func (c *Config) snippet(name, text string) []rule {
	scratch := &Config{Built: c.Built, Modules: c.Modules, texts: map[string]string{}}
	rd := newReader(nothing{}, scratch)
	top := &Section{Place: Place{name, 1}}
	rd.fill(top, &source{lines: lines{rest: text}, file: name}, 0)
	if on := top.Last("RewriteEngine"); on == nil || !on.On() {
		return nil
	}
	return rulesOf(top)
}
