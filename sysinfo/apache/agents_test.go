package apache

import "testing"

// A rule about robots is none of a browser's; one that only some browsers meet cannot be judged.
func TestConditionsOnAgents(t *testing.T) {
	m := debian()
	m["/var/www/blog/.htaccess"] = "RewriteEngine On\nRewriteCond %{HTTP_USER_AGENT} (SemrushBot|MJ12bot) [NC]\nRewriteRule ^ - [R=503,L]\nRewriteRule ^2019/ - [R=503,L]\n" +
		"RewriteCond %{HTTP_USER_AGENT} Firefox\nRewriteRule ^fox - [R=503,L]\n"
	s := m.parse().Match("http", "", 0, "blog.test")
	look := m.look()
	look.Agents = []string{"fix502", "Mozilla/5.0 Firefox/128.0"}
	for uri, want := range map[string]struct {
		sure bool
		line int
	}{"/": {true, 0}, "/2019/x": {true, 4}, "/fox": {false, 0}} {
		r := s.Route(uri, look)
		line := 0
		if r.Rule != nil {
			line = r.Rule.Place.Line
		}
		equal(t, uri, r.Sure, want.sure)
		equal(t, uri+" line", line, want.line)
	}
}
