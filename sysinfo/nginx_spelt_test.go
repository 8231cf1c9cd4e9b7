package sysinfo

import "testing"

func TestSpelt(t *testing.T) {
	for name, test := range map[string]struct {
		names []string
		want  string
	}{
		"a pattern alone":              {[]string{`~^forum\.`}, `~^forum\.`},
		"a name beside it":             {[]string{`~^forum\.`, "shop.test"}, ""},
		"a pattern for one name":       {[]string{`~^(www\.)?shop\.test$`}, ""},
		"a star":                       {[]string{"*.shop.test"}, "*.shop.test"},
		"a star behind the name":       {[]string{"shop.test", "*.shop.test"}, ""},
		"a pattern for whatever comes": {[]string{"~."}, ""},
		"no name":                      {nil, ""},
	} {
		if got := spelt(test.names); got != test.want {
			t.Errorf("%s: got %q, want %q", name, got, test.want)
		}
	}
}
