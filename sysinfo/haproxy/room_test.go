package haproxy

import "testing"

func TestHeaderRoom(t *testing.T) {
	for text, want := range map[string]int{
		"":                                      15 << 10,
		"tune.bufsize 32768":                    31 << 10,
		"tune.bufsize 32k":                      31 << 10,
		"tune.maxrewrite 4096":                  12 << 10,
		"tune.maxrewrite 65536":                 8 << 10,
		"tune.bufsize 64K\n\ttune.maxrewrite 0": 64 << 10,
		"tune.bufsize lots":                     15 << 10,
		"tune.bufsize 99999999999g":             15 << 10,
		"tune.bufsize":                          15 << 10,
	} {
		if got := parse(t, "global\n\t"+text+"\n").HeaderRoom(); got != want {
			t.Errorf("%q: got %d, want %d", text, got, want)
		}
	}
}
