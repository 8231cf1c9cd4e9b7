package checks

import "testing"

func TestRulesAreTheSameInFilesAndInTheKernel(t *testing.T) {
	for name, rule := range map[string][2]string{
		"a set of ports":              {"\t\tmeta l4proto tcp tcp dport @closed counter drop\n", "tcp dport @closed counter packets 4 bytes 240 drop"},
		"a script's command":          {"nft add rule inet t i tcp dport 9125 reject", "tcp dport 9125 reject with icmpx port-unreachable"},
		"a mask of flags":             {"tcp flags & (fin|syn|rst|ack) == syn drop", "tcp flags syn / fin,syn,rst,ack drop"},
		"blanks, quotes, a semicolon": {"iifname lo tcp dport {80,443} drop;", `iifname "lo" tcp dport { 80, 443 } drop`},
	} {
		t.Run(name, func(t *testing.T) {
			if got, want := ruleCore(rule[0]), ruleCore(rule[1]); got != want {
				t.Errorf("%q, want %q", got, want)
			}
		})
	}
	got := ruleCore("/sbin/iptables -I INPUT 1 -p tcp --dport 9125 -j REJECT")
	if want := "-A INPUT " + ruleCore("-p tcp -m tcp --dport 9125 -j REJECT --reject-with icmp-port-unreachable"); got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
