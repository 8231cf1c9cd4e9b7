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

func TestRulesAsWrittenAndAsSaved(t *testing.T) {
	for written, saved := range map[string]string{
		"-A INPUT -p tcp --syn -m recent --update --seconds 120 --hitcount 8 -j DROP":             "-A INPUT -p tcp -m tcp --tcp-flags FIN,SYN,RST,ACK SYN -m recent --update --seconds 120 --hitcount 8 --name DEFAULT --mask 255.255.255.255 --rsource -j DROP",
		"-A INPUT -p tcp --dport 3000 -s 10.0.0.7 -j DROP":                                        "-A INPUT -s 10.0.0.7/32 -p tcp -m tcp --dport 3000 -j DROP",
		"iptables -A INPUT -p tcp --dport 3000 -m connlimit --connlimit-above 9 -j REJECT":        "-A INPUT -p tcp -m tcp --dport 3000 -m connlimit --connlimit-above 9 --connlimit-mask 32 --connlimit-saddr -j REJECT --reject-with icmp-port-unreachable",
		"ip6tables -A INPUT -p tcp --dport 80 ! -i lo -m recent --rcheck --hitcount 4 -j DROP":    "-A INPUT ! -i lo -p tcp -m tcp --dport 80 -m recent --rcheck --hitcount 4 --name DEFAULT --mask ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff --rsource -j DROP",
		"-A OUTPUT -p tcp --dport 3000 -m limit --limit 10/minute -m owner --uid-owner 33 -j LOG": "-A OUTPUT -p tcp -m tcp --dport 3000 -m limit --limit 10/min -m owner --uid-owner 33 -j LOG",
	} {
		if got, want := ruleCore(written), ruleCore(saved); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if a, b := ruleCore("-A INPUT ! -s 10.0.0.7 -i eth0 -j DROP"), ruleCore("-A INPUT -s 10.0.0.7 ! -i eth0 -j DROP"); a == b {
		t.Errorf("two rules are one: %q", a)
	}
}
