package nginx

import (
	"net/netip"
	"testing"
)

func TestTurnsAway(t *testing.T) {
	for _, c := range []struct {
		name, text, uri, from string
		line                  int // 0: let in, or nothing is said
	}{
		{"nothing", "server {\n}", "/", "127.0.0.1", 0},
		{"an office", "server {\nallow 10.20.0.0/16;\ndeny all;\n}", "/", "127.0.0.1", 3},
		{"from the office", "server {\nallow 10.20.0.0/16;\ndeny all;\n}", "/", "10.20.3.4", 0},
		{"the first that fits", "server {\ndeny 127.0.0.1;\nallow all;\n}", "/", "127.0.0.1", 2},
		{"a location's own take the place of all", "server {\ndeny all;\nlocation /up { allow all; }\n}", "/up", "127.0.0.1", 0},
		{"a location without any has the server's", "server {\ndeny all;\nlocation /up { expires 1d; }\n}", "/up", "127.0.0.1", 2},
		{"a password may do", "server {\nsatisfy any;\nauth_basic a;\ndeny all;\n}", "/", "127.0.0.1", 0},
		{"a header tells the address", "server {\nset_real_ip_from 127.0.0.0/8;\ndeny all;\n}", "/", "127.0.0.1", 0},
		{"IPv6", "server {\nallow 2001:db8::/32;\ndeny all;\n}", "/?a=b", "2001:db8::7", 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			at := http(c.text).Servers()[0].TurnsAway(c.uri, netip.MustParseAddr(c.from))
			if at.Line != c.line {
				t.Errorf("got line %d, want %d", at.Line, c.line)
			}
		})
	}
}

func TestTurnsAllAway(t *testing.T) {
	for text, want := range map[string]bool{
		"server {\n}": false,
		"server {\nallow 10.20.0.0/16;\ndeny all;\n}":          false,
		"server {\nlocation /up { deny all; }\n}":              true,
		"server {\nlocation /up { deny 192.0.2.7; }\n}":        false,
		"server {\ndeny all;\nlocation /up { expires 1d; }\n}": true,
		"server {\ndeny all;\nlocation /up { allow all; }\n}":  false,
		"server {\nlocation /down { deny all; }\n}":            false,
	} {
		if got := http(text).Servers()[0].TurnsAllAway("/up"); got != want {
			t.Errorf("%q: got %t", text, got)
		}
	}
}
