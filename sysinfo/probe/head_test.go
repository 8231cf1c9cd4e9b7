package probe

import (
	"context"
	"io"
	"net"
	"slices"
	"testing"
)

func TestHeadKeepsWhatNoHeaderMayHave(t *testing.T) {
	for _, c := range []struct {
		name, says string
		want       []string
	}{
		{"a line without a colon", "HTTP/1.1 200 OK\r\nX-One: 1\r\nX-Two 2\r\n\r\npage\n", []string{"HTTP/1.1 200 OK", "X-One: 1", "X-Two 2"}},
		{"a bare return in a value", "HTTP/1.1 200 OK\nX-One: a\rb\n\n", []string{"HTTP/1.1 200 OK", "X-One: a\rb"}},
		{"broken off", "HTTP/1.1 200 OK\r\nX-One: 1\r\nX-T", []string{"HTTP/1.1 200 OK", "X-One: 1"}},
		{"nothing", "", nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			ours, theirs := net.Pipe()
			go func() {
				_, _ = theirs.Read(make([]byte, 1<<10))
				_, _ = io.WriteString(theirs, c.says)
				_ = theirs.Close()
			}()
			got, err := Head(context.Background(), func(context.Context) (net.Conn, error) { return ours, nil }, "shop.test", "/", "test")
			if err != nil || !slices.Equal(got, c.want) {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
}
