package probe

import (
	"bytes"
	"context"
	"crypto/tls"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

// answering is a listener that says the same to everybody; nothing, when text is empty.
func answering(t *testing.T, answer func(question []byte) string) Dial {
	t.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ln.Close() })
	go func() {
		for {
			c, err := ln.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				buf := make([]byte, 4096)
				n, err := c.Read(buf)
				if err == nil {
					_, _ = c.Write([]byte(answer(buf[:n])))
				}
			}()
		}
	}()
	return to(ln.Addr().String())
}

func to(addr string) Dial {
	return func(ctx context.Context) (net.Conn, error) { return (&net.Dialer{}).DialContext(ctx, "tcp", addr) }
}

func TestProtocolIsHeard(t *testing.T) {
	page := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(204) })
	plain := httptest.NewServer(page)
	defer plain.Close()
	secure := httptest.NewUnstartedServer(page)
	secure.TLS = &tls.Config{MinVersion: tls.VersionTLS13}
	secure.Config.ErrorLog = nil
	secure.StartTLS()
	defer secure.Close()
	h2c := httptest.NewUnstartedServer(page)
	h2c.Config.Protocols = new(http.Protocols)
	h2c.Config.Protocols.SetUnencryptedHTTP2(true)
	h2c.Start()
	defer h2c.Close()
	host := func(url string) string { return url[strings.LastIndex(url, "/")+1:] }
	only := func(prefix, answer string) func([]byte) string {
		return func(q []byte) string {
			if bytes.HasPrefix(q, []byte(prefix)) {
				return answer
			}
			return ""
		}
	}
	tests := []struct {
		name, fails, want string
		dial              Dial
	}{
		{"a web server behind fastcgi_pass", "fastcgi", "http", to(host(plain.URL))},
		{"TLS behind plain http", "http", "https", to(host(secure.URL))},
		{"plain http behind https", "https", "http", to(host(plain.URL))},
		{"HTTP/2 without TLS", "http", "http2", to(host(h2c.URL))},
		{"PHP-FPM behind http", "http", "fastcgi", answering(t, only("\x01\x09", "\x01\x0a\x00\x00\x00\x12\x06\x00\x0f\x01FCGI_MPXS_CONNS0"))},
		{"uWSGI behind http", "http", "uwsgi", answering(t, only("\x64", "\x64\x00\x00\x01"))},
		{"a server that greets", "http", "ssh", answering(t, func([]byte) string { return "SSH-2.0-OpenSSH_9.2p1\r\n" })},
		{"MariaDB", "fastcgi", "mysql", answering(t, func([]byte) string { return "\x5a\x00\x00\x00\x0a5.5.5-10.11" })},
		{"the protocol that fails is never the answer", "http", "", answering(t, func([]byte) string { return "HTTP/1.1 400 Bad Request\r\n\r\n" })},
		{"who hangs up says nothing", "http", "", answering(t, func([]byte) string { return "" })},
		{"garbage says nothing", "http", "", answering(t, func([]byte) string { return "\x00\x01\x02\x03garbage" })},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, err := Protocol(context.Background(), tt.dial, tt.fails)
			if err != nil || got.Protocol != tt.want {
				t.Errorf("got %q (%q), %v, want %q", got.Protocol, got.Said, err, tt.want)
			}
		})
	}
}

func TestNobodyThereIsAnError(t *testing.T) {
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ln.Close()
	if got, err := Protocol(context.Background(), to(ln.Addr().String()), ""); err == nil {
		t.Errorf("got %+v, want an error", got)
	}
}

func FuzzRecognise(f *testing.F) {
	for _, s := range []string{"HTTP/1.1 200", "\x16\x03\x03\x00\x7a", getValues, "\x00\x00\x06\x04\x00\x00\x00\x00\x00"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(_ *testing.T, b []byte) { recognise(b) })
}
