package checks

import (
	"slices"
	"strings"
)

// nftOption is what nft calls an option of iptables': "-d 10.0.0.0/8" is "ip daddr 10.0.0.0/8" (xtables-nft(8)). Those that are not here nft prints otherwise,
// or not at all.
var nftOption = map[string]string{"-d": "ip daddr", "-s": "ip saddr", "-i": "iifname", "-o": "oifname", "--dport": "dport", "--sport": "sport", "-j DROP": "drop", "-j REJECT": "reject"}

// asNft are the words by which nft prints a rule of a file of iptables', in no order; nil where that is not known. core is the rule as ruleCore has it.
func asNft(core string) []string {
	var words []string
	port, protocol := false, ""
	for option := range optionsOf(core) {
		name, value, _ := strings.Cut(strings.TrimPrefix(option, "! "), " ")
		as, known := nftOption[name]
		switch verdict := nftOption[option]; {
		case verdict != "":
			words = append(words, verdict)
			continue
		case name == "-A":
			continue
		case name == "-p" && name == strings.TrimSuffix(option, " "+value):
			protocol = value
			continue
		case !known || value == "" || strings.ContainsAny(value, " ,:") && !strings.HasPrefix(as, "ip "):
			return nil
		}
		port = port || strings.HasSuffix(as, "port")
		if strings.Contains(value, ":") {
			as = strings.Replace(as, "ip ", "ip6 ", 1)
		}
		words = append(words, strings.Fields(as)...)
		if strings.HasPrefix(option, "! ") {
			words = append(words, "!=")
		}
		words = append(words, strings.TrimSuffix(strings.TrimSuffix(value, "/32"), "/128"))
	}
	switch {
	case protocol == "":
	case port:
		words = append(words, protocol)
	case protocol == "tcp" || protocol == "udp":
		words = append(words, "ip", "protocol", protocol)
	default:
		return nil
	}
	slices.Sort(words)
	return words
}

// optionsOf are the options of a rule of iptables' with their values, each with its "!"; none of another's.
func optionsOf(core string) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		if !strings.HasPrefix(core, "-A ") {
			return
		}
		one := ""
		for w := range strings.FieldsSeq(core) {
			if (w == "!" || w[0] == '-') && one != "" && one != "!" {
				if !yield(one) {
					return
				}
				one = ""
			}
			one = strings.TrimPrefix(one+" "+w, " ")
		}
		yield(one)
	}
}
