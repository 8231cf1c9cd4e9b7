// Package probe asks a listener which protocol it understands: the last resort, for a program that neither its name
// nor its configuration gives away. Each of these questions is a few bytes that start no script (Stderr does), is sent once, and the
// connection is closed at once: a silent one would hold a PHP-FPM worker for seconds (main/fastcgi.c, fcgi_read waits
// five for the first byte).
package probe

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"time"
)

// Heard is what a listener answered.
type Heard struct {
	Protocol string // "http", "https", "fastcgi", "uwsgi", "http2", "ssh", "mysql", "redis"; empty when nothing was recognised
	Asked    string // the question that brought it out
	Said     string // the first bytes of the answer, as they came
}

// Dial opens one connection to the listener that is asked.
type Dial func(ctx context.Context) (net.Conn, error)

// wait is how long one question may go unanswered, in a row of up to five.
const wait = 250 * time.Millisecond

// A question is put after the one before brought nothing out.
type question struct {
	name string
	put  func(ctx context.Context, c net.Conn) ([]byte, error) // sends it and gives the first bytes that come back
}

func questions() []question {
	return []question{
		{"https", hello}, // first: a TLS port may answer plain HTTP with an HTTP error, a plain one TLS with one too
		{"http", send("HEAD / HTTP/1.0\r\nUser-Agent: fix502\r\n\r\n")},
		{"fastcgi", send(getValues)},
		{"uwsgi", send(uwsgiPing)},
		{"http2", send(preface)},
	}
}

// Protocol asks in one language after the other until an answer is understood. It leaves out the one that is known
// to fail. No answer at all is no error: Heard is empty then. An error means that nobody could be asked.
func Protocol(ctx context.Context, dial Dial, fails string) (Heard, error) {
	for _, q := range questions() {
		if q.name == fails {
			continue
		}
		said, err := ask(ctx, dial, q)
		if err != nil {
			return Heard{}, err
		}
		if p := recognise(said); p != "" && p != fails {
			return Heard{Protocol: p, Asked: q.name, Said: string(said)}, nil
		}
	}
	return Heard{}, nil
}

func ask(ctx context.Context, dial Dial, q question) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	c, err := dial(ctx)
	if err != nil {
		return nil, fmt.Errorf("ask in %s: %w", q.name, err)
	}
	defer c.Close()
	if at, ok := ctx.Deadline(); ok {
		if err := c.SetDeadline(at); err != nil {
			return nil, err
		}
	}
	said, err := q.put(ctx, c)
	var ne net.Error
	if errors.Is(err, io.EOF) || errors.As(err, &ne) || errors.Is(err, io.ErrClosedPipe) {
		err = nil // closed, reset or silent: an answer too
	}
	return said, err
}

// send puts a question that is always the same.
func send(text string) func(context.Context, net.Conn) ([]byte, error) {
	return func(_ context.Context, c net.Conn) ([]byte, error) {
		if _, err := io.WriteString(c, text); err != nil {
			return nil, err
		}
		buf := make([]byte, 64)
		n, err := io.ReadAtLeast(c, buf, 9) // a frame's or a record's head, or a word
		if errors.Is(err, io.ErrUnexpectedEOF) {
			err = nil
		}
		return buf[:n], err
	}
}

// recognise knows a protocol by the first bytes of its answer.
func recognise(b []byte) string {
	switch {
	case bytes.HasPrefix(b, []byte("HTTP/1.")), bytes.HasPrefix(b, []byte("HTTP/0.")):
		return "http"
	case isTLS(b):
		return "https"
	case isFastCGI(b):
		return "fastcgi"
	case isPong(b):
		return "uwsgi"
	case isSettings(b):
		return "http2"
	case bytes.HasPrefix(b, []byte("SSH-")):
		return "ssh"
	case bytes.HasPrefix(b, []byte("-ERR ")), bytes.HasPrefix(b, []byte("-DENIED")):
		return "redis"
	case len(b) > 5 && b[3] == 0 && (b[4] == 10 || b[4] == 0xff): // the greeting's number, and protocol 10 or an error
		return "mysql"
	}
	return ""
}
