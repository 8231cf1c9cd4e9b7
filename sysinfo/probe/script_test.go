package probe

import (
	"context"
	"net"
	"strings"
	"testing"
)

// A pool's answer is records of several kinds, padded, and only stderr's are kept; one that stops early still counts.
func TestStderr(t *testing.T) {
	padded := append([]byte{1, stderrStream, 0, 1, 0, 5, 3, 0}, "Fatal\x00\x00\x00"...)
	page := record(6, []byte("Status: 500\r\n\r\n"))
	end := record(endRequest, make([]byte, 8))
	for _, tt := range []struct {
		name, want string
		answer     []byte
		whole      bool
	}{
		{"error", "Fatal: x", append(append(append(padded, record(stderrStream, []byte(": x"))...), page...), end...), true},
		{"quiet", "", append(page, end...), true},
		{"cut off", "Fatal", padded, false},
		{"no FastCGI", "", []byte("HTTP/1.1 400 Bad Request\r\n\r\n"), true},
	} {
		asked := make(chan string, 1)
		dial := func(context.Context) (net.Conn, error) {
			here, there := net.Pipe()
			go func() {
				buf := make([]byte, 4096)
				n, _ := there.Read(buf)
				asked <- string(buf[:n])
				_, _ = there.Write(tt.answer)
				_ = there.Close()
			}()
			return here, nil
		}
		got, err := Stderr(t.Context(), dial, []Param{{"SCRIPT_FILENAME", "/srv/shop/index.php"}})
		if got != tt.want || (err == nil) != tt.whole {
			t.Errorf("%s: %q, %v", tt.name, got, err)
		}
		if q := <-asked; !strings.Contains(q, "SCRIPT_FILENAME/srv/shop/index.php") || q[:2] != "\x01\x01" {
			t.Errorf("%s: asked %q", tt.name, q)
		}
	}
}
