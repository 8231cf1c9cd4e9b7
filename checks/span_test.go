package checks

import (
	"testing"
	"time"
)

func TestSpan(t *testing.T) {
	for d, want := range map[time.Duration]string{24 * time.Hour: "24 h", 7 * 24 * time.Hour: "7 days", 90 * time.Minute: "90 min", 200 * time.Second: "3 min 20 s",
		time.Second: "1 s", 150 * time.Minute: "2 h 30 min", 0: "0 s", 1400 * time.Millisecond: "1 s"} {
		if got := Span(d); got != want {
			t.Errorf("%s: got %q, want %q", d, got, want)
		}
	}
}
