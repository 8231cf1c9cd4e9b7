package sysinfo

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"
)

// A page of six seconds is asked for once: after four we go on without it, and its answer comes by itself.
func TestAskLingers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		asked := 0
		a := asker{now: time.Now, dial: func(context.Context, int, string, string) (net.Conn, error) {
			ours, theirs := net.Pipe()
			asked++
			go func() {
				defer theirs.Close()
				if _, err := http.ReadRequest(bufio.NewReader(theirs)); err != nil {
					return
				}
				time.Sleep(6 * time.Second)
				_, _ = io.WriteString(theirs, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok")
			}()
			return ours, nil
		}}
		start := time.Now()
		early, err := a.ask(t.Context(), Question{Host: "a.test", URI: "/", Wait: 4 * time.Second, Linger: 5 * time.Second})
		if err != nil || !early.TimedOut() || !early.Reached || early.Late == nil || time.Since(start) != 4*time.Second {
			t.Fatalf("got %+v, %v after %s; want silence, and a connection, after 4s", early, err, time.Since(start))
		}
		late, ok := early.Late.Wait(t.Context())
		if !ok || late.Status != 200 || late.Took != 6*time.Second || asked != 1 {
			t.Errorf("got %v, status %d after %s, asked %d times; want 200 after 6s, asked once", ok, late.Status, late.Took, asked)
		}
	})
}
