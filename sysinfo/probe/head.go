package probe

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strings"
	"time"
)

// maxHead bounds what is read of one answer's head.
const maxHead = 64 << 10

// Head asks an HTTP server for a page and gives the lines of its answer's head as they came, the status first, with whatever no header may have in it: a
// library would refuse such an answer as the gateway does. An error means that nobody could be asked; what came before a connection broke is given.
func Head(ctx context.Context, dial Dial, host, uri, agent string) ([]string, error) {
	c, err := dial(ctx)
	if err != nil {
		return nil, err
	}
	defer c.Close()
	until, ok := ctx.Deadline()
	if !ok {
		until = time.Now().Add(2 * time.Second)
	}
	if err := c.SetDeadline(until); err != nil {
		return nil, err
	}
	if _, err := fmt.Fprintf(c, "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: %s\r\nConnection: close\r\n\r\n", uri, host, agent); err != nil {
		return nil, err
	}
	var lines []string
	r := bufio.NewReader(io.LimitReader(c, maxHead))
	for {
		line, err := r.ReadString('\n')
		line = strings.TrimSuffix(strings.TrimSuffix(line, "\n"), "\r")
		if line == "" || err != nil {
			return lines, nil
		}
		lines = append(lines, line)
	}
}
