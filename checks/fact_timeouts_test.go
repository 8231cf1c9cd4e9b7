package checks

import (
	"testing"
	"time"
)

func TestEndsFirst(t *testing.T) {
	const s = time.Second
	for _, tt := range []struct {
		name             string
		read, kill, work time.Duration
		want             string
	}{
		{"the pool kills first", 60 * s, 20 * s, 30 * s, "the pool ends first (502)"},
		{"PHP gives up first", 60 * s, 0, 30 * s, "PHP ends first (500); a page that only waits meets Caddy (504)"},
		{"the gateway gives up first", 60 * s, 0, 300 * s, "Caddy ends first (504)"},
		{"a gateway without a limit ends nothing", 0, 0, 30 * s, "PHP ends first (500); a page that only waits, nobody ends"},
		{"a pool's limit alone", 0, 20 * s, 0, "the pool ends first (502)"},
		{"no limit at all", 0, 0, 0, "nobody ends a slow page"},
	} {
		if got := endsFirst("Caddy", tt.read, tt.kill, tt.work); got != tt.want {
			t.Errorf("%s: got %q, want %q", tt.name, got, tt.want)
		}
	}
}
