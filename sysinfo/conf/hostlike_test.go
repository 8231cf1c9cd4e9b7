package conf

import "testing"

func TestHostLike(t *testing.T) {
	for pattern, want := range map[string]string{
		`(?i)^(www\.)?api\.test(:\d+)?$`:       "api.test",
		`^(?<sub>.+)\.shop\.test$`:             "www.shop.test",
		`^forum\.`:                             "forum.example",
		`(?i)^(www|m)\.`:                       "www.example",
		`^(?P<user>[a-z0-9-]+)\.example\.com$`: "www.example.com",
		`^(a|b)\.example\.com$`:                "a.example.com",
		`api\.example\.com`:                    "api.example.com",
		`^[0-9]{3}\.example\.com$`:             "000.example.com",
		`^(www\.)?(?<domain>.+)$`:              "", // no dot of its own
		`^(?!static)(.+)$`:                     "", // Go has no look-ahead
		`^.*$`:                                 "",
		`^([^.]*)\.example\.com$`:              "www.example.com",
		`^EXAMPLE\.com$`:                       "", // it does not match the lower case that browsers send
		`(^|\.)example\.org$`:                  "example.org",
	} {
		got, ok := HostLike(pattern)
		if ok != (want != "") || ok && got != want {
			t.Errorf("%s: got %q, %v, want %q", pattern, got, ok, want)
		}
	}
}

func TestMadeUp(t *testing.T) {
	for _, test := range []struct {
		name, pattern string
		want          bool
	}{
		{"api.test", `(?i)^(www\.)?API\.test(:\d+)?$`, false},
		{"a.example.com", `^(a|b)\.example\.com$`, false},
		{"forum.example", `^forum\.`, true},
		{"www.shop.test", `^(?<sub>.+)\.shop\.test$`, true},
		{"www.shop.test", ".shop.test", true},
	} {
		if got := MadeUp(test.name, test.pattern); got != test.want {
			t.Errorf("%s for %s: got %v, want %v", test.name, test.pattern, got, test.want)
		}
	}
}
