package checks

import (
	"testing"

	"fix502/sysinfo/haproxy"
)

// A lost name goes to the backend that was meant for it, and never to that of another customer with a name like it.
func TestTheRuleMeantForALostName(t *testing.T) {
	rules := []haproxy.Rule{
		{Hosts: []string{"kunde1.test"}, Backend: "kunde1"},
		{Hosts: []string{"www.shop.test"}, Backend: "web"},
		{Hosts: []string{"blgo.test"}, Backend: "bk_blog"},
	}
	for name, want := range map[string]int{"kunde2.test": -1, "shop.test": 1, "blog.test": 2, "other.test": -1} {
		if got := meantFor(name, rules); got != want {
			t.Errorf("%s: got %d, want %d", name, got, want)
		}
	}
}
