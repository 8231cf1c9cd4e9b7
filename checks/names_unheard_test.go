package checks

import (
	"fmt"
	"strings"
	"testing"
)

func TestResolvers(t *testing.T) {
	for line, want := range map[string]string{
		"127.0.0.53 valid=30s ipv6=off":          "[127.0.0.53:53]",
		"127.0.0.1:5353 [2001:db8::53] 10.0.0.2": "[127.0.0.1:5353 [2001:db8::53]:53 10.0.0.2:53]",
		"[2001:db8::53]:5353":                    "[[2001:db8::53]:5353]",
		"dns.internal 10.0.0.2":                  "[]",
		"":                                       "[]",
	} {
		if got := fmt.Sprint(resolvers(strings.Fields(line))); got != want {
			t.Errorf("%q: got %s, want %s", line, got, want)
		}
	}
}
