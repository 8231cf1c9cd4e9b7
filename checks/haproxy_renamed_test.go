package checks

import "testing"

// A backend that got a longer name is known by it where nobody else is sent there.
func TestWhatABackendIsCalledNow(t *testing.T) {
	have := []string{"be_store", "be_blog", "be_shop_live", "be_shop_test"}
	for _, c := range []struct {
		gone string
		used map[string]bool
		want string
	}{
		{"be_shop", map[string]bool{"be_shop_test": true}, "be_shop_live"},
		{"be_shop", nil, ""},
		{"be_blog_old", nil, "be_blog"},
		{"be_blog_old", map[string]bool{"be_blog": true}, ""},
		{"be_mail", nil, ""},
	} {
		if got := renamedBackend(c.gone, have, c.used); got != c.want {
			t.Errorf("%s beside %v: got %q, want %q", c.gone, c.used, got, c.want)
		}
	}
}
