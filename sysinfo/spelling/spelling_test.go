package spelling

import "testing"

func TestClosest(t *testing.T) {
	list := []string{"reverse_proxy", "root", "server", "serve"}
	for word, want := range map[string]string{"revers_proxy": "reverse_proxy", "Reverse_Proxy": "reverse_proxy", "sever": "server", "servre": "serve", "rot": "", "timeout": ""} {
		if got := Closest(word, list); got != want {
			t.Errorf("%s: got %q, want %q", word, got, want)
		}
	}
}

func TestDistance(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		want int
	}{{"", "", 0}, {"", "abc", 3}, {"kitten", "sitting", 3}, {"abc", "abc", 0}, {"ab", "ba", 2}} {
		if got := Distance(tt.a, tt.b); got != tt.want {
			t.Errorf("%q, %q: got %d, want %d", tt.a, tt.b, got, tt.want)
		}
	}
}
