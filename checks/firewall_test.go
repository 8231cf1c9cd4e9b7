package checks

import (
	"net/netip"
	"strings"
	"testing"
)

var toShop = packet{from: netip.MustParseAddr("127.0.0.1"), to: netip.MustParseAddr("127.0.0.1"), port: 3000, uid: 33, gid: 33, user: "www-data", local: true, dev: "lo"}

func TestIptablesRulesThatMatch(t *testing.T) {
	for spec, want := range map[string]answer{
		"-p tcp -m tcp --dport 3000 -j REJECT --reject-with icmp-port-unreachable": yes,
		"-p tcp -m tcp --dport 3001 -j REJECT":                                     no,
		"-p udp -m udp --dport 3000 -j DROP":                                       no,
		"-i lo -j DROP":                                                            yes,
		"! -i lo -j DROP":                                                          no,
		"-i eth+ -j DROP":                                                          no,
		"-s 127.0.0.0/8 ! -d 10.0.0.0/8 -p tcp -m multiport --dports 80,2999:3001 -j DROP":       yes,
		"-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT":                                   no,
		"-m state --state NEW -p tcp -j DROP":                                                    yes,
		"-p tcp -m comment --comment \"apps are not for the world\" -m tcp --dport 3000 -j DROP": yes,
		"-m set --match-set blocked src -j DROP":                                                 unsure,
		"-p tcp -m connlimit --connlimit-above 20 -j DROP":                                       unsure,
		"-j DROP": yes,
	} {
		if got, _, _ := toShop.matches(strings.Fields(spec), "input"); got != want {
			t.Errorf("%s: got %d, want %d", spec, got, want)
		}
	}
	out := map[string]answer{
		"-o lo -p tcp -m owner --uid-owner 33 -j REJECT": yes,
		"-m owner --uid-owner 0-32 -j REJECT":            no,
		"-m owner ! --uid-owner 33 -j ACCEPT":            no,
		"-m owner --uid-owner www-data -p tcp -j REJECT": unsure,
		"-o eth0 -j DROP":                                no,
		"-i lo -j DROP":                                  no,
	}
	for spec, want := range out {
		if got, _, _ := toShop.matches(strings.Fields(spec), "output"); got != want {
			t.Errorf("output %s: got %d, want %d", spec, got, want)
		}
	}
}

func TestRulesThatMatchAnAnswer(t *testing.T) {
	back := packet{from: netip.MustParseAddr("10.30.0.2"), to: netip.MustParseAddr("10.30.0.1"), port: 3000, uid: -1, gid: -1, in: true, back: true, dev: "enp7s0"}
	for spec, want := range map[string]answer{
		"-s 10.30.0.0/24 -j DROP":                                                             yes,
		"-i enp7s0 -p tcp -m tcp --sport 3000 -j DROP":                                        yes,
		"-p tcp -m tcp --dport 3000 -j DROP":                                                  no,
		"-p tcp -m tcp --dport 1024:65535 -j DROP":                                            yes,
		"-m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT":                                yes,
		"-s 10.30.0.2/32 -m state --state NEW -j DROP":                                        no,
		"-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -j DROP":                               no,
		"-p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN,ACK -j DROP":                           yes,
		"-p tcp -m tcp --tcp-flags SYN,FIN SYN,FIN -j DROP":                                   no,
		"-p tcp -m tcp --tcp-flags FIN,SYN,RST,PSH,ACK,URG NONE -m limit --limit 1/s -j DROP": no,
	} {
		if got, _, _ := back.matches(strings.Fields(spec), "input"); got != want {
			t.Errorf("%s: got %d, want %d", spec, got, want)
		}
	}
}

func TestRulesAreQuotedForTheShell(t *testing.T) {
	for spec, want := range map[string]string{
		`-p tcp --dport 3000 -j DROP`:                `-p tcp --dport 3000 -j DROP`,
		`-m comment --comment "it's $HOME" -j DROP`:  `-m comment --comment 'it'\''s $HOME' -j DROP`,
		`-m comment --comment "$(reboot);x" -j DROP`: `-m comment --comment '$(reboot);x' -j DROP`,
	} {
		if got := ruleWords(spec); got != want {
			t.Errorf("got %s, want %s", got, want)
		}
	}
}

// Whatever a ruleset holds, it is walked to an end.
func FuzzRulesets(f *testing.F) {
	f.Add(`{"nftables":[{"chain":{"family":"inet","table":"t","name":"i","hook":"input","prio":0,"policy":"drop"}},{"rule":{"family":"inet","table":"t","chain":"i","handle":2,"expr":[{"jump":{"target":"i"}},{"drop":null}]}}]}`)
	f.Add("*filter\n:INPUT DROP [0:0]\n-A INPUT -j INPUT\n-A INPUT ! --dport\nCOMMIT\n")
	f.Fuzz(func(t *testing.T, text string) {
		if s, err := parseNFT([]byte(text)); err == nil {
			s.stops(toShop)
		}
		stopsIptables(parseIptables("iptables", text), toShop)
	})
}
