package sysinfo

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"time"

	"fix502/sysinfo/late"
)

// askRedis sends AUTH where the app does, PING, INFO memory, and INFO keyspace of one that is full: nothing else.
func askRedis(ctx context.Context, s *Store, dial func(context.Context) (net.Conn, error), out *Login) error {
	c, err := dialed(ctx, dial)
	if err != nil {
		return err
	}
	defer c.Close()
	r := bufio.NewReader(io.LimitReader(c, 64<<10))
	if s.HasPassword() {
		words := []string{"AUTH", s.password.text()}
		if s.User != "" {
			words = []string{"AUTH", s.User, s.password.text()}
		}
		if said, err := redisSay(c, r, words...); err != nil {
			return err
		} else if strings.HasPrefix(said, "-") { // one that knows no AUTH says the word back
			return out.redis(strings.ReplaceAll(said, s.password.text(), "[password]"))
		}
	}
	said, err := redisSay(c, r, "PING")
	switch {
	case err != nil:
		return err
	case strings.HasPrefix(said, "-"):
		return out.redis(said)
	case !strings.HasPrefix(said, "+PONG"):
		return errors.New("what answers there is no Redis")
	}
	said, err = redisSay(c, r, "INFO", "memory")
	if err == nil {
		out.redisMemory(said)
	}
	if out.Limit > 0 {
		said, err = redisSay(c, r, "INFO", "keyspace")
		out.Endless = err == nil && hardlyEnds(said)
	}
	return nil
}

// keyCounts are the keys of a database of Redis's, and how many of them have an end: "db0:keys=340,expires=12,avg_ttl=0".
var keyCounts = late.New(`keys=(\d+),expires=(\d+)`)

// hardlyEnds says that not a tenth of all keys has an end.
func hardlyEnds(info string) bool {
	keys, ending := 0, 0
	for _, m := range keyCounts.FindAllStringSubmatch(info, -1) {
		n, _ := strconv.Atoi(m[1])
		e, _ := strconv.Atoi(m[2])
		keys, ending = keys+n, ending+e
	}
	return keys > 10*ending
}

// dialed connects and bounds all that follows.
func dialed(ctx context.Context, dial func(context.Context) (net.Conn, error)) (net.Conn, error) {
	c, err := dial(ctx)
	if err != nil {
		return nil, err
	}
	at, ok := ctx.Deadline()
	if !ok {
		at = time.Now().Add(storeWait)
	}
	if err := c.SetDeadline(at); err != nil {
		c.Close()
		return nil, err
	}
	return c, nil
}

// redisSay speaks RESP: an array of bulk strings out, one reply in.
func redisSay(w io.Writer, r *bufio.Reader, words ...string) (string, error) {
	var b strings.Builder
	fmt.Fprintf(&b, "*%d\r\n", len(words))
	for _, word := range words {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(word), word)
	}
	if _, err := io.WriteString(w, b.String()); err != nil {
		return "", err
	}
	line, err := r.ReadString('\n')
	if err != nil {
		return "", err
	}
	line = strings.TrimRight(line, "\r\n")
	n, err := strconv.Atoi(strings.TrimPrefix(line, "$"))
	if !strings.HasPrefix(line, "$") || err != nil || n < 0 || n > 32<<10 {
		return line, nil
	}
	body := make([]byte, n+2)
	_, err = io.ReadFull(r, body)
	return string(body), err
}

// redis reads an error's first word (redis/src/server.c, createSharedObjects). What it does not know is no trouble of a
// kind: the error says it in Redis's words.
func (l *Login) redis(said string) error {
	said = strings.TrimPrefix(said, "-")
	word, _, _ := strings.Cut(said, " ")
	trouble, known := map[string]Trouble{"NOAUTH": StoreDenied, "WRONGPASS": StoreDenied, "NOPERM": StoreDenied, "DENIED": StoreDenied, "LOADING": StoreStarting,
		"OOM": StoreOutOfMemory, "MISCONF": StoreReadOnly, "READONLY": StoreReadOnly, "MASTERDOWN": StoreReadOnly}[word]
	switch {
	case known:
		l.Trouble = trouble
	case NoPasswordSet(said), strings.Contains(said, "invalid password"):
		l.Trouble = StoreDenied
	case strings.Contains(said, "max number of clients"):
		l.Trouble = StoreFull
	default:
		return errors.New("Redis says " + said)
	}
	l.Said = said
	return nil
}

// NoPasswordSet reads what a Redis without a password says to one, before version 6 and since.
func NoPasswordSet(said string) bool {
	return strings.Contains(said, "Client sent AUTH, but no password is set") || strings.Contains(said, "AUTH <password> called without any password configured")
}

// redisMemory: full, and told to throw nothing away.
func (l *Login) redisMemory(info string) {
	set := map[string]string{}
	for line := range strings.Lines(info) {
		if k, v, ok := strings.Cut(strings.TrimSpace(line), ":"); ok {
			set[k] = v
		}
	}
	used, _ := strconv.ParseUint(set["used_memory"], 10, 64)
	most, _ := strconv.ParseUint(set["maxmemory"], 10, 64)
	if most > 0 && used >= most && set["maxmemory_policy"] == "noeviction" {
		l.Trouble, l.Limit = StoreOutOfMemory, most
		l.Said = fmt.Sprintf("used_memory %d of maxmemory %d, maxmemory_policy noeviction", used, most)
	}
}

// askMemcached asks for its version.
func askMemcached(ctx context.Context, dial func(context.Context) (net.Conn, error), out *Login) error {
	c, err := dialed(ctx, dial)
	if err != nil {
		return err
	}
	defer c.Close()
	if _, err := io.WriteString(c, "version\r\n"); err != nil {
		return err
	}
	line, err := bufio.NewReader(io.LimitReader(c, 4096)).ReadString('\n')
	switch {
	case strings.HasPrefix(line, "ERROR Too many open connections"):
		out.Trouble, out.Said = StoreFull, strings.TrimSpace(line)
		return nil
	case err != nil:
		return err
	case !strings.HasPrefix(line, "VERSION"):
		return errors.New("what answers there is no memcached")
	}
	return nil
}
