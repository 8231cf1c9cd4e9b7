package checks

import "testing"

func TestBadLine(t *testing.T) {
	const ok = "HTTP/1.1 200 OK"
	for _, c := range []struct {
		gateway, line, why string
	}{
		{"nginx", "X-One: 1", ""},
		{"nginx", "X-One", ""}, // nginx takes a name without a value
		{"apache", "X-One", withoutColon},
		{"apache", "X-One 1", withoutColon},
		{"nginx", "X-One : 1", "with a blank before its colon"},
		{"nginx", "X One: 1", "whose name has what no name may have"},
		{"haproxy", "X-One: a\rb", "with a control character in its value"},
		{"caddy", "X-One: a\tb", ""},
	} {
		line, why := badLine([]string{ok, "Server: x", c.line}, c.gateway)
		if why != c.why || why != "" && line != c.line {
			t.Errorf("%s, %q: got %q %q, want %q", c.gateway, c.line, line, why, c.why)
		}
	}
}
