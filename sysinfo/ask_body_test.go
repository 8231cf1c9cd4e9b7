package sysinfo

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// A page that ends before it says it does is told from one that ends with its connection.
func TestAskSeesCutPages(t *testing.T) {
	long := strings.Repeat("x", 3*BodyLimit)
	for _, c := range []struct{ name, answer, cut string }{
		{"whole", "Content-Length: 2\r\n\r\nok", ""},
		{"short", "Content-Length: 20\r\n\r\nok", "2 of 20 bytes"},
		{"short after what is kept", "Content-Length: 90000\r\n\r\n" + long, "24576 of 90000 bytes"},
		{"long and whole", "Content-Length: 24576\r\n\r\n" + long, ""},
		{"chunks without the last", "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n", "2 bytes and no end"},
		{"chunks", "Transfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n", ""},
		{"until the connection ends", "\r\nok", ""},
		{"empty", "Content-Length: 0\r\n\r\n", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := asker{now: time.Now, dial: says("HTTP/1.1 200 OK\r\nConnection: close\r\n"+c.answer, 0)}
			got, err := a.ask(t.Context(), Question{Host: "a.test"})
			if err != nil || got.Err != nil || got.Status != 200 || got.Cut != c.cut || got.Failed() != (c.cut != "") {
				t.Errorf("got %d, cut %q, failed %v, %v, %v; want 200, cut %q", got.Status, got.Cut, got.Failed(), got.Err, err, c.cut)
			}
		})
	}
}

// Of a page that breaks off after a silence is known how long that was.
func TestAskHearsSilence(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := asker{now: time.Now, dial: says("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 90\r\n\r\nhalf", 2*time.Second)}
		got, err := a.ask(t.Context(), Question{Host: "a.test"})
		if err != nil || got.Cut != "4 of 90 bytes" || got.Quiet != 2*time.Second {
			t.Errorf("got %q after %s without a word, %v; want 4 of 90 bytes after 2s", got.Cut, got.Quiet, err)
		}
	})
}

// A long page that trickles is not waited for: its beginning is what was asked.
func TestAskLeavesTrickles(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := asker{now: time.Now, dial: says("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 90000\r\n\r\n"+strings.Repeat("x", BodyLimit), time.Hour)}
		start := time.Now()
		got, err := a.ask(t.Context(), Question{Host: "a.test"})
		if took := time.Since(start); err != nil || got.Err != nil || got.Cut != "" || len(got.Body) != BodyLimit || took > restWait {
			t.Errorf("got %d bytes, cut %q, %v, %v after %s; want %d, no cut, within %s", len(got.Body), got.Cut, got.Err, err, took, BodyLimit, restWait)
		}
		time.Sleep(time.Hour) // till it hangs up
	})
}

// The rest of one that lingers is heard later: where it broke off after a silence, that is its answer.
func TestAskHearsTheRestLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := asker{now: time.Now, dial: says("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 90000\r\n\r\n"+strings.Repeat("x", 2*BodyLimit), 5*time.Second)}
		start := time.Now()
		got, err := a.ask(t.Context(), Question{Host: "a.test", Wait: 2 * time.Second, Linger: 10 * time.Second})
		if took := time.Since(start); err != nil || got.Status != 200 || got.Cut != "" || got.Late == nil || len(got.Body) != BodyLimit || took > restWait {
			t.Fatalf("got %d, %d bytes, cut %q, %v after %s; want 200, %d, no cut, within %s", got.Status, len(got.Body), got.Cut, err, took, BodyLimit, restWait)
		}
		rest, ok := got.Late.Wait(t.Context())
		if !ok || rest.Cut != "16384 of 90000 bytes" || rest.Quiet != 5*time.Second || len(rest.Body) != BodyLimit {
			t.Errorf("got %q after %s without a word, %d bytes kept; want 16384 of 90000 bytes after 5s", rest.Cut, rest.Quiet, len(rest.Body))
		}
	})
}

// says is a server that answers so to any request, and hangs up a while later.
func says(answer string, later time.Duration) func(context.Context, int, string, string) (net.Conn, error) {
	return func(context.Context, int, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go func() {
			defer theirs.Close()
			if _, err := http.ReadRequest(bufio.NewReader(theirs)); err != nil {
				return
			}
			if _, err := io.WriteString(theirs, answer); err != nil {
				return
			}
			time.Sleep(later)
		}()
		return ours, nil
	}
}
