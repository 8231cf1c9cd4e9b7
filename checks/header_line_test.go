package checks

import (
	"fmt"
	"net/http"
	"net/textproto"
	"testing"

	"fix502/sysinfo"
)

func TestBadHeaderLine(t *testing.T) {
	refused := func(line string) error {
		return fmt.Errorf("transport connection broken: %w", textproto.ProtocolError(line))
	}
	for name, test := range map[string]struct {
		answer sysinfo.Answer
		want   string
	}{
		"all are fine":            {sysinfo.Answer{Status: 200, Header: http.Header{"X-Name": {"1"}}}, ""},
		"a control character":     {sysinfo.Answer{Err: refused("malformed MIME header line: X-\x01Name: 1")}, "X-\x01Name: 1"},
		"a line without a colon":  {sysinfo.Answer{Err: refused("malformed MIME header: missing colon: \"hello\"")}, ""}, // nginx takes it
		"a blank in its name":     {sysinfo.Answer{Status: 200, Header: http.Header{"X Name": {"1"}}}, "X Name: 1"},
		"a zero byte in its text": {sysinfo.Answer{Status: 200, Header: http.Header{"X-Name": {"a\x00b"}}}, "X-Name: a\x00b"},
	} {
		t.Run(name, func(t *testing.T) {
			if got := badHeaderLine(test.answer); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}
