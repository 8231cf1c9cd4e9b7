package lab

import "testing"

func TestMirror(t *testing.T) {
	tests := []struct {
		name, text string
		read       func(string) []source
		want       string
	}{
		{"one line with options", "# deb http://old x\ndeb [arch=amd64 signed-by=/k] http://a/debian bookworm main\n", oneLine, "http://a/debian"},
		{"one line, another release", "deb http://a/debian trixie main\n", oneLine, "http://a/debian"},
		{"one line, somebody else's packages", "deb http://a/node nodistro main\n", oneLine, ""},
		{"a stanza", "Types: deb\n# URIs: http://no\nURIs: http://b/debian\nSuites: bookworm bookworm-updates\n", deb822, "http://b/debian"},
		{"a stanza that is off", "Types: deb\nEnabled: no\nURIs: http://b/debian\nSuites: bookworm\n", deb822, ""},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			if got := mirror(test.read(test.text), "bookworm"); got != test.want {
				t.Errorf("mirror = %q, want %q", got, test.want)
			}
		})
	}
}
