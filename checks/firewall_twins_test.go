package checks

import "testing"

func TestTwinsOfTables(t *testing.T) {
	own := rule{Tool: "iptables", Table: "filter", Chain: "INPUT", NF: true}
	six := rule{Tool: "ip6tables", Table: "filter", Chain: "INPUT", NF: true}
	legacy := rule{Tool: "iptables", Table: "filter", Chain: "INPUT"}
	shown := func(family string) rule { return rule{Tool: "nft", Family: family, Table: "filter", Chain: "INPUT"} }
	for name, test := range map[string]struct {
		a, b rule
		want bool
	}{
		"iptables-nft's own table":     {own, shown("ip"), true},
		"ip6tables-nft's own table":    {shown("ip6"), six, true},
		"a table of somebody's own":    {own, shown("inet"), false},
		"the other protocol's":         {six, shown("ip"), false},
		"iptables-legacy has no twins": {legacy, shown("ip"), false},
	} {
		t.Run(name, func(t *testing.T) {
			if got := test.a.sameAs(test.b); got != test.want || test.b.sameAs(test.a) != test.want {
				t.Errorf("got %v", got)
			}
		})
	}
}
