package checks

import (
	"net/http"
	"strings"
	"testing"

	"fix502/sysinfo"
)

func TestTooLarge(t *testing.T) {
	many := http.Header{"A": {strings.Repeat("x", 5000)}, "B": {strings.Repeat("x", 5000)}}
	for name, test := range map[string]struct {
		settings sysinfo.Settings
		header   http.Header
		want     string
	}{
		"Apache has room for each":        {sysinfo.Settings{HeaderSize: 8192}, many, ""},
		"nginx has room for all":          {sysinfo.Settings{BufferSize: 8192}, many, "10010 bytes of headers"},
		"Varnish has two limits":          {sysinfo.Settings{BufferSize: 32768, HeaderSize: 4096}, many, "a header of 5003 bytes"},
		"Caddy takes what comes":          {sysinfo.Settings{}, many, ""},
		"an answer without a single line": {sysinfo.Settings{BufferSize: 8192, HeaderSize: 8192}, nil, ""},
	} {
		t.Run(name, func(t *testing.T) {
			l := &live{Hop: &sysinfo.Hop{Settings: test.settings}}
			if got := l.tooLarge(sysinfo.Answer{Status: 200, Header: test.header}); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
