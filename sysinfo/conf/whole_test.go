package conf

import "testing"

func TestWhole(t *testing.T) {
	for _, tt := range []struct {
		line, text string
		want       int
	}{
		{"a connectiontimeout=2 timeout=2", "timeout=2", 22},
		{"connectiontimeout=2", "timeout=2", -1},
		{"127.0.0.1:8080 127.0.0.1:80", "127.0.0.1:80", 15},
		{"timeout=20", "timeout=2", -1},
		{"x", "", -1},
	} {
		if got := Whole(tt.line, tt.text); got != tt.want {
			t.Errorf("Whole(%q, %q) = %d, want %d", tt.line, tt.text, got, tt.want)
		}
	}
}
