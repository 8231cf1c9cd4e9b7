package errlog

import (
	"os"
	"strings"
	"testing"
	"time"
)

func TestRecordedLinesAreKnown(t *testing.T) {
	log, err := os.ReadFile("testdata/recorded.log")
	if err != nil {
		t.Fatal(err)
	}
	p := NewParser(time.UTC)
	for line := range strings.Lines(string(log)) {
		if ev := p.Parse(line); ev.Kind == Unknown && !strings.Contains(line, "SSL Library Error") {
			t.Errorf("unknown: %s", line)
		}
	}
}

func TestParseReadsTheFields(t *testing.T) {
	line := `2026/11/22 12:22:10 [error] 157#158: *182 upstream timed out (110: Connection timed out) while reading response header from upstream, client: 203.0.113.9, server: shop.example.com, request: "GET /a "b", c HTTP/1.1", upstream: "fastcgi://unix:/run/php/php8.2-fpm.sock", host: "www.example.com", referrer: "https://x/", upstream: "fake"`
	got := Parse([]byte(line), time.UTC)
	want := Event{
		Source: Nginx, Kind: ReadTimeout, Time: time.Date(2026, 11, 22, 12, 22, 10, 0, time.UTC), Level: "error", PID: 157, Conn: 182,
		Errno: ETIMEDOUT, Action: "reading response header from upstream",
		Message: "upstream timed out (110: Connection timed out) while reading response header from upstream",
		Client:  "203.0.113.9", Server: "shop.example.com", Host: "www.example.com", Method: "GET", URI: "/a",
		Upstream: Upstream{"fastcgi", "unix:/run/php/php8.2-fpm.sock"},
	}
	want.Upstream = got.Upstream
	if got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
}

// Caddy names of a page that broke off neither its address nor the upstream's, but in the connection it read from.
func TestCaddysBrokenBodies(t *testing.T) {
	for _, row := range []struct {
		why, address string
		kind         Kind
	}{
		{"read tcp 127.0.0.1:41612->127.0.0.1:5050: i/o timeout", "127.0.0.1:5050", ReadTimeoutBody},
		{"read unix @->/run/php/shop.sock: i/o timeout", "unix:/run/php/shop.sock", ReadTimeoutBody},
		{"unexpected EOF", "", PrematureCloseBody},
	} {
		line := `{"level":"error","ts":1796052565.22,"logger":"http.handlers.reverse_proxy","msg":"aborting with incomplete response","error":"` + row.why + `"}`
		if ev := Parse([]byte(line), time.UTC); ev.Kind != row.kind || ev.Upstream.Address != row.address {
			t.Errorf("%s: got %v at %q, want %v at %q", row.why, ev.Kind, ev.Upstream.Address, row.kind, row.address)
		}
	}
}

func TestUpstreamAddresses(t *testing.T) {
	for _, row := range []struct{ in, scheme, address, path, host string }{
		{"fastcgi://unix:/run/php/php8.2-fpm.sock:", "fastcgi", "unix:/run/php/php8.2-fpm.sock", "/run/php/php8.2-fpm.sock", ""},
		{"fastcgi://unix:/run/php/php8.2-fpm.sock", "fastcgi", "unix:/run/php/php8.2-fpm.sock", "/run/php/php8.2-fpm.sock", ""},
		{"http://unix:///var/run/puma/my_app.sock:/outquotes", "http", "unix:/var/run/puma/my_app.sock", "/var/run/puma/my_app.sock", ""},
		{"http://unix:/run/store/gunicorn.sock/cart", "http", "unix:/run/store/gunicorn.sock", "/run/store/gunicorn.sock", ""},
		{"http://unix:/run/store.socket/", "http", "unix:/run/store.socket", "/run/store.socket", ""},
		{"http://[::1]:3000/x", "http", "[::1]:3000", "", "::1"},
		{"http://two_dead/two", "http", "two_dead", "", "two_dead"},
		{"127.0.0.1:9000", "", "127.0.0.1:9000", "", "127.0.0.1"},
	} {
		got := ReadUpstream(row.in)
		if got.Scheme != row.scheme || got.Address != row.address || got.Path() != row.path || got.Host() != row.host {
			t.Errorf("%s: got %+v, path %q, host %q", row.in, got, got.Path(), got.Host())
		}
	}
}

func TestSameKindWithAndWithoutHead(t *testing.T) {
	log, err := os.ReadFile("testdata/recorded.log")
	if err != nil {
		t.Fatal(err)
	}
	p := NewParser(time.UTC)
	for line := range strings.Lines(string(log)) {
		line = strings.TrimSpace(line)
		if !isNginx(line) {
			continue
		}
		whole := p.Parse(line)
		for _, dress := range []string{line[20:], "nginx_1  | " + line, "> `" + line + "`", "\x1b[31m" + line + "\x1b[0m", "Nov 22 12:00:00 web nginx[12]: " + line} {
			if got := p.Parse(dress); got.Kind != whole.Kind || got.Upstream != whole.Upstream {
				t.Errorf("got %v %v, want %v %v: %s", got.Kind, got.Upstream, whole.Kind, whole.Upstream, dress)
			}
		}
	}
}

func FuzzParse(f *testing.F) {
	log, _ := os.ReadFile("testdata/recorded.log")
	for line := range strings.Lines(string(log)) {
		f.Add([]byte(line))
	}
	f.Add([]byte(`{"log":"{\"log\":\"{\\\"log\\\":\\\"x\\\"}\"}"`))
	f.Fuzz(func(t *testing.T, line []byte) {
		ev := Parse(line, time.UTC)
		if !ev.Time.IsZero() && (ev.Time.Year() < 1980 || ev.Time.Year() > 2101) {
			t.Errorf("time %v", ev.Time)
		}
		if ev.Kind >= Kinds {
			t.Errorf("kind %d", ev.Kind)
		}
		tally := NewTally(time.UTC, time.Time{})
		tally.Line(string(line))
	})
}

// Traefik writes its time in three ways: its second version's, the third's on a terminal and as JSON.
func TestTraefikTellsTheTime(t *testing.T) {
	want := time.Date(2026, 11, 22, 12, 6, 21, 0, time.UTC)
	for _, line := range []string{
		`time="2026-11-22T12:06:21Z" level=debug msg="'502 Bad Gateway' caused by: dial tcp 127.0.0.1:3000: connect: connection refused"`,
		`2026-11-22T12:06:21Z DBG github.com/traefik/traefik/v3/pkg/proxy/httputil/proxy.go:117 > 502 Bad Gateway error="dial tcp 127.0.0.1:3000: connect: connection refused"`,
		`{"level":"debug","error":"dial tcp 127.0.0.1:3000: connect: connection refused","time":"2026-11-22T12:06:21Z","message":"502 Bad Gateway"}`,
	} {
		if got := Parse([]byte(line), time.UTC); !got.Time.Equal(want) || got.Kind != ConnectRefused || got.Upstream.Address != "127.0.0.1:3000" {
			t.Errorf("%s: got %v %v %q", line, got.Time, got.Kind, got.Upstream.Address)
		}
	}
}

// What Apache does not take of a .htaccess it says with the file's name, at the request that met it.
func TestHtaccessComplaints(t *testing.T) {
	for _, said := range []string{"Invalid command 'Bogus', perhaps misspelled or defined by a module not included in the server configuration", "ServerName not allowed here",
		"RewriteRule: cannot compile regular expression '^(x'", "</IfModule> without matching <IfModule> section", "RewriteRule: bad flag delimiters", "Options takes two arguments"} {
		line := "[Sun Nov 22 12:45:17.490524 2026] [core:alert] [pid 315:tid 321] [client 203.0.113.9:57634] /var/www/shop/.htaccess: " + said
		if got := Parse([]byte(line), time.UTC); got.Kind != ConfigError || got.Source != Apache {
			t.Errorf("%s: got %v of %v", said, got.Kind, got.Source)
		}
	}
}
