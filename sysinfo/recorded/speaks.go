package recorded

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"os"
	"time"

	"fix502/sysinfo"
)

// speaks notes the protocol that a listener understands.
func (m *Machine) speaks(w []string) error {
	if _, ok := tongues[w[1]]; !ok {
		return fmt.Errorf("nobody here speaks %s", w[1])
	}
	m.spoken[w[0]] = w[1]
	return nil
}

// tongues: what a question of that protocol begins with, and the answer. Any other question is met with silence, by a
// web server with an error.
var tongues = map[string]struct{ question, answer, other string }{
	"http":    {"HEAD ", "HTTP/1.0 200 OK\r\n\r\n", "HTTP/1.1 400 Bad Request\r\n\r\n"},
	"https":   {"\x16\x03", "\x15\x03\x03\x00\x02\x02\x28", ""},
	"fastcgi": {"\x01\x09", "\x01\x0a\x00\x00\x00\x12\x06\x00\x0f\x01FCGI_MPXS_CONNS0", ""},
	"uwsgi":   {"\x64", "\x64\x00\x00\x01", ""},
	"http2":   {"PRI * HTTP/2.0", "\x00\x00\x00\x04\x00\x00\x00\x00\x00", ""},
}

func (m *Machine) dial(ctx context.Context, _ int, network, addr string) (net.Conn, error) {
	if network == "unix" {
		addr = "unix:" + addr
	}
	if w, ok := m.stores[addr]; ok {
		return m.store(ctx, w)
	}
	if pair, ok := m.tls[addr]; ok {
		return shaken(pair), nil
	}
	tongue, ok := tongues[m.spoken[addr]]
	if text, says := m.said[addr]; says {
		tongue.other, ok = string(text), true
	}
	if !ok {
		return nil, fmt.Errorf("a recorded machine: %w", sysinfo.ErrNotHere)
	}
	ours, theirs := net.Pipe()
	go func() {
		defer theirs.Close()
		buf := make([]byte, 4096)
		if tongue.question == "" { // an agent of HAProxy's says its line to whoever connects
			_ = theirs.SetReadDeadline(time.Now().Add(50 * time.Millisecond)) // a pipe has deadlines
		}
		n, err := theirs.Read(buf)
		if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
			return
		}
		answer := tongue.other
		if tongue.question != "" && n >= len(tongue.question) && string(buf[:len(tongue.question)]) == tongue.question {
			answer = tongue.answer
		}
		_, _ = theirs.Write([]byte(answer)) // who asked may have gone
	}()
	return ours, nil
}

// shaken is the near end of a connection to a listener that shakes hands and hangs up.
func shaken(pair tls.Certificate) net.Conn {
	ours, theirs := net.Pipe()
	go func() {
		defer theirs.Close()
		_ = tls.Server(theirs, &tls.Config{Certificates: []tls.Certificate{pair}}).Handshake() // who asked says how it went
	}()
	return ours
}
