package checks

import "testing"

func TestWithinEdits(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"zurich", "zuerich", true},
		{"zurich", "zurich", true},
		{"berlin", "bern", true},
		{"berlin", "paris", false},
		{"", "ab", true},
		{"", "abc", false},
	} {
		if got := withinEdits(c.a, c.b, 2); got != c.want {
			t.Errorf("%q, %q: got %v", c.a, c.b, got)
		}
	}
}
