package sysinfo

import (
	"testing"
	"time"
)

func TestLike(t *testing.T) {
	for _, test := range []struct {
		spelt, name string
		want        bool
	}{
		{`~^Forum\.`, "forum.firm.test", true},
		{`~^(?<sub>.+)\.shop\.test$`, "www.shop.test", true},
		{`~^(?<sub>.+)\.shop\.test$`, "shop.test", false},
		{`~^(?!static).+$`, "shop.test", false}, // Go has no look-ahead
		{"*.shop.test", "a.shop.test", true},
		{"*.shop.test", "shop.test", false},
		{"forum.*", "forum.firm.test", true},
		{"forum.*", "www.forum.test", false},
	} {
		if got := like(test.spelt)(test.name); got != test.want {
			t.Errorf("%s, %s: got %v", test.spelt, test.name, got)
		}
	}
}

func TestSitesOfPatternsAreCalledByNamesThatAreKnown(t *testing.T) {
	outer, inner := &Gateway{Kind: "nginx"}, &Gateway{Kind: "nginx"}
	begins := &Site{Gateway: outer, Name: "www.example", Spelt: `~^www\.`, Names: []string{`~^www\.`}}
	lost := &Site{Gateway: outer, Name: "api.example", Spelt: `~^api\.`, Names: []string{`~^api\.`}}
	outer.Sites = []*Site{begins, lost, {Gateway: outer, Name: "www.own.test", Names: []string{"www.own.test"}}}
	inner.Sites = []*Site{{Gateway: inner, Name: "firm.test", Names: []string{"firm.test", "www.firm.test"}}}
	f := &Facts{Host: &Host{Root: NewMemoryTree(time.Time{}).Root()}}
	f.callLike([]*Gateway{outer, inner})
	if begins.Title() != "www.firm.test" || lost.Title() != `~^api\.` || lost.Name != "api.example" {
		t.Errorf("got %s, %s (%s)", begins.Title(), lost.Title(), lost.Name)
	}
}
