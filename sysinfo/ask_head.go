package sysinfo

import (
	"net"
	"strings"
	"sync"
)

// headConn keeps the beginning of what came over a connection as it came: our own client takes headers away that contradict each other.
type headConn struct {
	net.Conn
	mu   sync.Mutex
	head []byte
}

func (c *headConn) Read(b []byte) (int, error) {
	n, err := c.Conn.Read(b)
	c.mu.Lock()
	defer c.mu.Unlock()
	c.head = append(c.head, b[:max(0, min(n, BodyLimit-len(c.head)))]...)
	return n, err
}

// lengths are the lines of the response's head that state how long its body is.
func (c *headConn) lengths() (out []string) {
	if c == nil {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	head, _, whole := strings.Cut(strings.ReplaceAll(string(c.head), "\r\n", "\n"), "\n\n") // a line may end without \r (RFC 9112, 2.2)
	if !whole {
		return nil
	}
	for line := range strings.SplitSeq(head, "\n") {
		switch name, _, _ := strings.Cut(strings.ToLower(line), ":"); name {
		case "content-length", "transfer-encoding":
			out = append(out, line[:min(len(line), 64)])
		}
	}
	return out
}
