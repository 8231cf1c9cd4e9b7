package checks

import (
	"strings"
	"testing"

	"fix502/sysinfo/haproxy"
)

func TestStatsSocket(t *testing.T) {
	for lines, want := range map[string][2]string{ // for a question, for a change
		"stats socket /run/haproxy/admin.sock mode 660 level admin":                 {"/run/haproxy/admin.sock", "/run/haproxy/admin.sock"},
		"stats socket /run/haproxy/stats.sock":                                      {"/run/haproxy/stats.sock", ""},
		"stats socket unix@/run/a.sock level user;stats socket /b.sock level admin": {"/run/a.sock", "/b.sock"},
		"stats socket ipv4@127.0.0.1:9999 level admin":                              {"127.0.0.1:9999", "127.0.0.1:9999"},
		"stats socket *:9999;stats socket [::1]:9998 level admin":                   {"127.0.0.1:9999", "[::1]:9998"},
		"stats socket :9999 level operator;stats socket /run/a.sock":                {"/run/a.sock", ""},
		"stats timeout 30s": {"", ""},
	} {
		global := &haproxy.Section{Kind: "global"}
		for line := range strings.SplitSeq(lines, ";") {
			global.Lines = append(global.Lines, haproxy.Line{Words: strings.Fields(line)})
		}
		var got [2]string
		for i, changes := range []bool{false, true} {
			if d, ok := statsSocket(&haproxy.Config{Sections: []*haproxy.Section{global}}, changes); ok {
				_, got[i] = d.Dial()
			}
		}
		if got != want {
			t.Errorf("%s: got %q, want %q", lines, got, want)
		}
	}
}
