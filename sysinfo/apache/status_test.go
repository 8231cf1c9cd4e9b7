package apache

import "testing"

// A rule may answer for one page with a status of its own; [R] without one sends the visitor on.
func TestRuleAnswers(t *testing.T) {
	c := parse("Listen 80\n<VirtualHost *:80>\nRewriteEngine On\nRewriteRule ^/drain$ - [R=503,L]\nRewriteRule ^/old /new [R]\nRewriteRule ^/moved /new [redirect=308,L]\nProxyPass / http://127.0.0.1:3000/\n</VirtualHost>\n")
	s := c.Servers()[0]
	for uri, want := range map[string]int{"/drain": 503, "/old": 302, "/moved": 308, "/": 0} {
		equal(t, uri, s.Route(uri, machine{}.look()).Code, want)
	}
}
