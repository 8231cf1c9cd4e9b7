package checks

import (
	"fmt"
	"strings"
	"testing"

	"fix502/sysinfo"
)

// scene is a small world to explain: two sites behind one gateway, three hops, some checks that follow each other.
type scene struct {
	shop, blog *sysinfo.Site
	php, api   *sysinfo.Hop // of the shop
	blogPHP    *sysinfo.Hop // of the blog, to the same PHP-FPM
}

func newScene() scene {
	s := scene{shop: &sysinfo.Site{Name: "shop.test"}, blog: &sysinfo.Site{Name: "blog.test"}}
	s.php = &sysinfo.Hop{Site: s.shop, Unix: "/run/php/php8.2-fpm.sock"}
	s.api = &sysinfo.Hop{Site: s.shop, Host: "127.0.0.1", Port: 3000}
	s.blogPHP = &sysinfo.Hop{Site: s.blog, Unix: "/run/php/php8.2-fpm.sock"}
	return s
}

func TestExplain(t *testing.T) {
	s := newScene()
	list := []Check{{ID: "killed"}, {ID: "down", After: []ID{"killed"}}, {ID: "echo", After: []ID{"down"}}, {ID: "slow"},
		{ID: "hen", After: []ID{"egg"}}, {ID: "egg", After: []ID{"hen"}}, {ID: "upstream-returned-5xx"}}
	tiers := []*sysinfo.Site{{Name: "inner.test"}, s.shop} // two gateways behind the blog's
	for _, tt := range []struct {
		name  string
		found map[ID][]Finding
		want  string // "cause < what follows; cause"
	}{
		{"nothing failed", map[ID][]Finding{"down": {{Status: Pass}}, "slow": {{Status: Warn}}, "echo": {{Status: Unknown}}}, ""},
		{"a symptom is folded under its cause", map[ID][]Finding{"killed": {{Status: Fail}}, "down": {{Status: Fail, Hop: s.php}}}, "killed < down"},
		{"a symptom without its cause stands alone", map[ID][]Finding{"echo": {{Status: Fail, Hop: s.php}}}, "echo"},
		{"a chain is folded whole", map[ID][]Finding{"killed": {{Status: Fail}}, "down": {{Status: Fail, Hop: s.php}}, "echo": {{Status: Fail, Hop: s.php}}}, "killed < down echo"},
		{"a chain holds when its middle is of another site", map[ID][]Finding{"down": {{Status: Fail, Hop: s.blogPHP}}, "echo": {{Status: Fail, Hop: s.php}}}, "down < echo"},
		{"another hop's trouble explains nothing here", map[ID][]Finding{"down": {{Status: Fail, Hop: s.api}}, "echo": {{Status: Fail, Hop: s.php}}}, "down; echo"},
		{"a site explains its own hops", map[ID][]Finding{"down": {{Status: Fail, Site: s.shop}}, "echo": {{Status: Fail, Hop: s.php}}}, "down < echo"},
		{"a site does not explain its neighbour", map[ID][]Finding{"down": {{Status: Fail, Site: s.blog}}, "echo": {{Status: Fail, Hop: s.php}}}, "down; echo"},
		{"what is broken now comes before what comes and goes", map[ID][]Finding{"killed": {{Status: Fail, When: Intermittent, Confidence: 0.99}}, "slow": {{Status: Fail, Confidence: 0.5}}}, "slow; killed"},
		{"what comes and goes does not explain what is broken now", map[ID][]Finding{"killed": {{Status: Fail, When: Intermittent}}, "down": {{Status: Fail, Hop: s.php}}}, "down; killed"},
		{"what is broken now explains what came and went", map[ID][]Finding{"killed": {{Status: Fail}}, "down": {{Status: Fail, When: Intermittent, Hop: s.php}}}, "killed < down"},
		{"the surer comes first", map[ID][]Finding{"down": {{Status: Fail, Confidence: 0.6}}, "slow": {{Status: Fail, Confidence: 0.95}}}, "slow; down"},
		{"equals keep the order of the list", map[ID][]Finding{"slow": {{Status: Fail}}, "down": {{Status: Fail}}}, "down; slow"},
		{"a finding may cover more than the list says", map[ID][]Finding{"slow": {{Status: Fail, Hop: s.php, Covers: []ID{"down"}}}, "down": {{Status: Fail, Hop: s.php}}}, "slow < down"},
		{"of two that explain each other the first stands", map[ID][]Finding{"hen": {{Status: Fail}}, "egg": {{Status: Fail}}}, "hen < egg"},
		{"what an outer gateway hands on follows, however many are between", map[ID][]Finding{"slow": {{Status: Fail, Hop: s.php}}, "upstream-returned-5xx": {{Status: Fail, Hop: s.blogPHP, inner: tiers}}}, "slow < upstream-returned-5xx"},
		{"it does not follow from what is elsewhere", map[ID][]Finding{"slow": {{Status: Fail, Hop: s.blogPHP}}, "upstream-returned-5xx": {{Status: Fail, Hop: s.php, inner: tiers[:1]}}}, "slow; upstream-returned-5xx"},
		{"two places of one check are two causes", map[ID][]Finding{"down": {{Status: Fail, Hop: s.php}, {Status: Fail, Hop: s.api}}}, "down; down"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := told(Explain(list, tt.found)); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func told(causes []Cause) string {
	var out []string
	for _, c := range causes {
		text := string(c.Check.ID)
		if len(c.Follows) > 0 {
			text += " < " + strings.Trim(fmt.Sprint(c.Follows), "[]")
		}
		out = append(out, text)
	}
	return strings.Join(out, "; ")
}
