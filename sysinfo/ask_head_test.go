package sysinfo

import (
	"context"
	"io"
	"net"
	"slices"
	"testing"
	"time"
)

// An app that states the length of its page twice: what it sent is kept as it came.
func TestLengthsAsTheyCame(t *testing.T) {
	for name, test := range map[string]struct {
		sent string
		want []string
	}{
		"both":          {"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nContent-Length: 2\r\n\r\n2\r\nok\r\n0\r\n\r\n", []string{"Transfer-Encoding: chunked", "Content-Length: 2"}},
		"two that vary": {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok", []string{"Content-Length: 2", "Content-Length: 3"}},
		"lines of LF":   {"HTTP/1.1 200 OK\nContent-Length: 2\nContent-Length: 3\n\nok", []string{"Content-Length: 2", "Content-Length: 3"}},
		"LF, and page":  {"HTTP/1.1 200 OK\nContent-Length: 21\n\n\r\nContent-Length: 9\r\n", []string{"Content-Length: 21"}},
		"no end of it":  {"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n", nil},
		"in its page":   {"HTTP/1.1 200 OK\r\nContent-Length: 18\r\n\r\nContent-Length: 9\n", []string{"Content-Length: 18"}},
	} {
		t.Run(name, func(t *testing.T) {
			app, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer app.Close()
			go func() {
				if c, err := app.Accept(); err == nil {
					c.Read(make([]byte, 4096))
					io.WriteString(c, test.sent)
					c.Close()
				}
			}()
			dial := func(ctx context.Context, _ int, network, addr string) (net.Conn, error) {
				return new(net.Dialer).DialContext(ctx, network, addr)
			}
			a, err := asker{dial, time.Now}.ask(t.Context(), Question{Network: "tcp", Address: app.Addr().String(), Host: "shop.test", URI: "/"})
			if err != nil || !slices.Equal(a.Lengths, test.want) {
				t.Errorf("got %q, %v; want %q", a.Lengths, err, test.want)
			}
		})
	}
}
