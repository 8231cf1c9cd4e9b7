package probe

import (
	"context"
	"crypto/tls"
	"net"
)

// getValues is FCGI_GET_VALUES for FCGI_MPXS_CONNS, a management record: it reaches no script, and PHP-FPM answers it
// without one (main/fastcgi.c, fcgi_read_request).
const getValues = "\x01\x09\x00\x00\x00\x11\x00\x00" + "\x0f\x00FCGI_MPXS_CONNS"

// isFastCGI: version 1 and a type that a server sends (FastCGI specification, 3.3 and 4.1).
func isFastCGI(b []byte) bool {
	return len(b) >= 8 && b[0] == 1 && (b[1] == 10 || b[1] == 11 || b[1] == 3 || b[1] == 6 || b[1] == 7)
}

// uwsgiPing is a packet with modifier 100 and no body; the answer has modifier2 set (uWSGI's protocol page).
const uwsgiPing = "\x64\x00\x00\x00"

func isPong(b []byte) bool { return len(b) >= 4 && b[0] == 100 && b[1] == 0 && b[2] == 0 && b[3] == 1 }

// preface opens HTTP/2 without TLS, with empty SETTINGS (RFC 9113, 3.4).
const preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + "\x00\x00\x00\x04\x00\x00\x00\x00\x00"

// isSettings: the first frame of every HTTP/2 server is SETTINGS on stream 0.
func isSettings(b []byte) bool {
	return len(b) >= 9 && b[0] == 0 && b[3] == 4 && b[4] == 0 && b[5] == 0 && b[6] == 0 && b[7] == 0 && b[8] == 0
}

// isTLS: a handshake or alert record of SSL 3 to TLS 1.3 (RFC 8446, 5.1).
func isTLS(b []byte) bool {
	return len(b) >= 5 && (b[0] == 22 || b[0] == 21) && b[1] == 3 && b[2] <= 4
}

// hello begins a TLS handshake and looks at the first bytes of the answer, whatever becomes of the handshake.
func hello(ctx context.Context, c net.Conn) ([]byte, error) {
	r := &recorder{Conn: c}
	_ = tls.Client(r, &tls.Config{InsecureSkipVerify: true}).HandshakeContext(ctx) // we look, we do not trust
	return r.first, nil
}

// recorder keeps the beginning of what is read.
type recorder struct {
	net.Conn
	first []byte
}

func (r *recorder) Read(p []byte) (int, error) {
	n, err := r.Conn.Read(p)
	if room := 64 - len(r.first); room > 0 {
		r.first = append(r.first, p[:min(n, room)]...)
	}
	return n, err
}
