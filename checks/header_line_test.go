package checks

import (
	"errors"
	"fmt"
	"net/http"
	"net/textproto"
	"testing"

	"fix502/sysinfo"
)

func TestMalformedHeader(t *testing.T) {
	refused := func(line string) error {
		return fmt.Errorf("transport connection broken: %w", textproto.ProtocolError(line))
	}
	for name, test := range map[string]struct {
		answer sysinfo.Answer
		want   string
	}{
		"all are fine":            {sysinfo.Answer{Status: 200, Header: http.Header{"X-Name": {"1"}}}, ""},
		"a control character":     {sysinfo.Answer{Err: refused("malformed MIME header line: X-\x01Name: 1")}, `a header whose name no header may have: "X-\x01Name"`},
		"a line without a colon":  {sysinfo.Answer{Err: refused("malformed MIME header: missing colon: \"hello\"")}, ""}, // nginx takes it
		"two words":               {sysinfo.Answer{Err: refused("malformed MIME header: missing colon: \"X Trace\"")}, "a line among the headers that is no header"},
		"the first line twice":    {sysinfo.Answer{Err: refused("malformed MIME header: missing colon: \"HTTP/1.1 200 OK\"")}, ""}, // nginx and Apache take it, for IIS sends it
		"a blank in its name":     {sysinfo.Answer{Status: 200, Header: http.Header{"X Name": {"1"}}}, `a header whose name no header may have: "X Name"`},
		"a zero byte in its text": {sysinfo.Answer{Status: 200, Header: http.Header{"X-Name": {"a\x00b"}}}, `a zero byte in the header "X-Name"`},
	} {
		t.Run(name, func(t *testing.T) {
			if got := malformedHeader(test.answer, "nginx"); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

func TestLengthThatIsNoNumber(t *testing.T) {
	for name, test := range map[string]struct {
		gateway, line, want string
	}{
		"a unit behind it":      {"haproxy", "Content-Length: 3 bytes", "a Content-Length that is no number"},
		"less than nothing":     {"apache", "Content-Length: -1", "a Content-Length that is no number"},
		"none at all":           {"haproxy", "content-length:", "a Content-Length that is no number"},
		"a number":              {"haproxy", "Content-Length: 3", ""},
		"the same one twice":    {"haproxy", "Content-Length: 3, 3", ""},
		"another line":          {"haproxy", "Transfer-Encoding: chunked", ""},
		"nginx goes by its own": {"nginx", "Content-Length: 3 bytes", ""},
	} {
		t.Run(name, func(t *testing.T) {
			if got := malformedHeader(sysinfo.Answer{Lengths: []string{test.line}}, test.gateway); got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// HAProxy refuses a first line that is none; bytes of another protocol are upstream-protocol-mismatch's to tell.
func TestMalformedFirstLine(t *testing.T) {
	for _, c := range []struct{ gateway, said, want string }{
		{"haproxy", `malformed HTTP status code "pump"`, "a first line that is no status line"},
		{"haproxy", `net/http: HTTP/1.x transport connection broken: malformed HTTP response "hello"`, "a first line that is no status line"},
		{"haproxy", `malformed HTTP response "\x15\x03\x03\x00\x02\x02F"`, ""},
		{"nginx", `malformed HTTP status code "pump"`, ""},
	} {
		if got := malformedHeader(sysinfo.Answer{Err: errors.New(c.said)}, c.gateway); got != c.want {
			t.Errorf("%s, %s: got %q, want %q", c.gateway, c.said, got, c.want)
		}
	}
}
