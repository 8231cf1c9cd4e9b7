package checks

import (
	"slices"
	"strings"
	"testing"
)

// A rule as people write it for iptables, and as nft 1.0.6 prints it once iptables 1.8.9 has loaded it.
func TestAsNft(t *testing.T) {
	for saved, printed := range map[string]string{
		"-A OUTPUT -d 10.0.0.0/8 -j DROP":                                                  "ip daddr 10.0.0.0/8 counter packets 8 bytes 480 drop",
		"-A OUTPUT -d 10.30.0.2/32 -p tcp -m tcp --dport 8080 -j DROP":                     "ip daddr 10.30.0.2 tcp dport 8080 counter packets 0 bytes 0 drop",
		"-A INPUT -p tcp -m tcp --dport 3306 ! -i lo -j DROP":                              "iifname != \"lo\" tcp dport 3306 counter packets 0 bytes 0 drop",
		"-A INPUT -s 192.168.0.0/16 -i eth1 -j REJECT --reject-with icmp-port-unreachable": "iifname \"eth1\" ip saddr 192.168.0.0/16 counter packets 0 bytes 0 reject",
		"-A OUTPUT -d fd00::/8 -j DROP":                                                    "ip6 daddr fd00::/8 counter packets 0 bytes 0 drop",
	} {
		want := strings.Fields(ruleCore(printed))
		slices.Sort(want)
		if got := asNft(ruleCore(saved)); !slices.Equal(got, want) {
			t.Errorf("%s: got %q, want %q", saved, got, want)
		}
	}
	for _, other := range []string{"-A OUTPUT -m owner --uid-owner 33 -d 10.0.0.0/8 -j DROP", "-A INPUT -p tcp -m multiport --dports 80,443 -j DROP", "tcp dport 80 drop", "-A INPUT -j LOG"} {
		if got := asNft(ruleCore(other)); got != nil {
			t.Errorf("%s: got %q, want none", other, got)
		}
	}
}
