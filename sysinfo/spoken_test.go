package sysinfo

import (
	"context"
	"errors"
	"net"
	"testing"
)

// The socket of a gateway in a container is never looked for among this machine's files.
func TestDialHop(t *testing.T) {
	asked := ""
	f := NewFacts(&Host{Dial: func(_ context.Context, _ int, network, addr string) (net.Conn, error) {
		asked = network + " " + addr
		return nil, net.ErrClosed
	}})
	for _, foreign := range []bool{false, true} {
		asked = ""
		h := &Hop{Unix: "/run/php/fpm.sock", Site: &Site{Gateway: &Gateway{Foreign: foreign}}}
		_, err := f.dialHop(h, Reach{})(t.Context())
		if foreign != errors.Is(err, ErrNotHere) || foreign != (asked == "") {
			t.Errorf("foreign %v: asked %q, %v", foreign, asked, err)
		}
	}
}
