package sysinfo

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"

	"testing"
	"time"
)

// redisSaying is a Host on which whoever is dialed answers AUTH and PING so.
func redisSaying(say func(words []string) string) *Host {
	return &Host{Root: NewMemoryTree(time.Unix(0, 0)).Root(), Dial: func(context.Context, int, string, string) (net.Conn, error) {
		ours, theirs := net.Pipe()
		go func() {
			defer theirs.Close()
			r := bufio.NewReader(theirs)
			for {
				words, err := respWords(r)
				if err != nil {
					return
				}
				if _, err := io.WriteString(theirs, say(words)+"\r\n"); err != nil {
					return
				}
			}
		}()
		return ours, nil
	}}
}

func respWords(r *bufio.Reader) ([]string, error) {
	var n int
	if _, err := fmt.Fscanf(r, "*%d\r\n", &n); err != nil {
		return nil, err
	}
	words := make([]string, n)
	for i := range words {
		var size int
		if _, err := fmt.Fscanf(r, "$%d\r\n", &size); err != nil {
			return nil, err
		}
		body := make([]byte, size+2)
		if _, err := io.ReadFull(r, body); err != nil {
			return nil, err
		}
		words[i] = string(body[:size])
	}
	return words, nil
}

func redisStore(word string) *Store {
	return &Store{Kind: "redis", Host: "127.0.0.1", Port: 6379, password: hidden(word), Site: &Site{Gateway: &Gateway{}}}
}

// What one password was answered is no answer for another.
func TestEachPasswordIsAskedForItself(t *testing.T) {
	f := NewFacts(redisSaying(func(w []string) string {
		if w[0] == "AUTH" && w[1] != "right" {
			return "-WRONGPASS invalid username-password pair or user is disabled."
		}
		return "+PONG"
	}))
	for _, tt := range []struct {
		word string
		want Trouble
	}{{"wrong", StoreDenied}, {"right", ""}, {"wrong", StoreDenied}} {
		if got, err := f.Login(t.Context(), redisStore(tt.word)); err != nil || got.Trouble != tt.want {
			t.Errorf("%s: got %q, %v, want %q", tt.word, got.Trouble, err, tt.want)
		}
	}
}
