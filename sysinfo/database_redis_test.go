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

// Each word stands for one thing; what is not known is in Redis's own words, without the password it may repeat.
func TestWhatRedisSays(t *testing.T) {
	for said, want := range map[string]string{
		"+PONG": "", "-NOAUTH Authentication required.": "denied", "-ERR invalid password": "denied",
		"-ERR Client sent AUTH, but no password is set": "denied",
		"-ERR AUTH <password> called without any password configured for the default user. Are you sure your configuration is correct?": "denied",
		"-DENIED Redis is running in protected mode because protected mode is enabled":                                                  "denied",
		"-MISCONF Redis is configured to save RDB snapshots":                                                                            "read-only",
		"-READONLY You can't write against a read only replica.":                                                                        "read-only",
		"-MASTERDOWN Link with MASTER is down and replica-serve-stale-data is set to 'no'.":                                             "read-only",
		"-LOADING Redis is loading the dataset in memory":                                                                               "starting", "-ERR max number of clients reached": "full",
		"-ERR unknown command 'AUTH', with args beginning with: 'canary'": "Redis says ERR unknown command 'AUTH', with args beginning with: '[password]'",
		"-BUSY Redis is busy running a script.":                           "Redis says BUSY Redis is busy running a script.",
	} {
		f := NewFacts(redisSaying(func([]string) string { return said }))
		got, err := f.Login(t.Context(), redisStore("canary"))
		text := string(got.Trouble)
		if err != nil {
			text += err.Error()
		}
		if text != want {
			t.Errorf("%s: got %q, want %q", said, text, want)
		}
	}
}

// A policy that throws away what has an end makes no room where nothing has one.
func TestAFullRedisSaysWhetherAnythingEnds(t *testing.T) {
	for keys, want := range map[string]bool{
		"# Keyspace\r\ndb0:keys=340,expires=0,avg_ttl=0\r\n":                                       true,
		"# Keyspace\r\ndb0:keys=340,expires=0,avg_ttl=0\r\ndb1:keys=90,expires=80,avg_ttl=812\r\n": false,
		"# Keyspace\r\ndb0:keys=340,expires=3,avg_ttl=812\r\n":                                     true,
		"# Keyspace\r\n": false,
	} {
		h := redisSaying(func(words []string) string {
			said := map[string]string{"memory": "used_memory:3170552\r\nmaxmemory:3145728\r\nmaxmemory_policy:noeviction\r\n", "keyspace": keys}[words[len(words)-1]]
			if said == "" {
				return "+PONG"
			}
			return fmt.Sprintf("$%d\r\n%s", len(said), said)
		})
		got, err := NewFacts(h).Login(t.Context(), redisStore(""))
		if err != nil || got.Trouble != StoreOutOfMemory || got.Limit != 3145728 || got.Endless != want {
			t.Errorf("%q: %+v, %v; want Endless %v", keys, got, err, want)
		}
	}
}
