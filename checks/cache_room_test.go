package checks

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"fix502/sysinfo"
	"fix502/sysinfo/hosttest"
)

// Two of Redis's run on one machine, and the second one is full: nothing of the first one is touched.
func TestRoomOfASecondRedis(t *testing.T) {
	file := filepath.Join(t.TempDir(), "two.txtar")
	text := "memory 4GiB 3GiB 1GiB 1GiB\n-- want --\n-- etc/redis/redis.conf --\nport 6379\nmaxmemory 100mb\n-- etc/redis/redis-sessions.conf --\nport 6380\nmaxmemory 64mb\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	f := sysinfo.NewFacts(hosttest.Load(t, file).Host)
	s := &sysinfo.Store{Kind: "redis", Host: "127.0.0.1", Port: 6380}
	for _, endless := range []bool{false, true} {
		x := roomyRedis(t.Context(), f, s, sysinfo.Login{Endless: endless, Limit: 64 << 20}, &Finding{})
		for _, command := range append(strings.Split(x.Undo, "; "), x.Steps[0].Command, x.Steps[1].Command) {
			if strings.HasPrefix(command, "redis-cli") && !strings.Contains(command, "-p 6380") || strings.HasPrefix(command, "sed") && !strings.HasSuffix(command, "/etc/redis/redis-sessions.conf") {
				t.Errorf("touches the other one: %s", command)
			}
		}
	}
}
