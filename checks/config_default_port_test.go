package checks

import (
	"net/netip"
	"os"
	"path/filepath"
	"testing"

	"fix502/sysinfo"
)

func TestOwnAddresses(t *testing.T) {
	dir := t.TempDir()
	table := "Main:\n  +-- 0.0.0.0/0 3 0 5\n     |-- 0.0.0.0\n        /0 universe UNICAST\nLocal:\n        |-- 203.0.113.7\n           /32 host LOCAL\n        |-- 203.0.113.0\n           /24 link UNICAST\n"
	if err := os.MkdirAll(filepath.Join(dir, "proc/net"), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "proc/net/fib_trie"), []byte(table), 0o644); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		all  []string
		want bool
	}{
		"the machine's own":         {[]string{"203.0.113.7"}, true},
		"loopback":                  {[]string{"127.0.0.1", "::1"}, true},
		"its network":               {[]string{"203.0.113.0"}, false},
		"a balancer beside its own": {[]string{"203.0.113.7", "203.0.113.70"}, false},
	} {
		var all []netip.Addr
		for _, a := range c.all {
			all = append(all, netip.MustParseAddr(a))
		}
		if got := ownAddresses(sysinfo.OpenRoot(dir), all); got != c.want {
			t.Errorf("%s: got %v, want %v", name, got, c.want)
		}
	}
}
