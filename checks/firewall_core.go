package checks

import (
	"slices"
	"strings"
)

var (
	ruleCommand = whenAsked(`^(?:\S*/)?(?:nft )?(?:add|insert) rule (?:(?:ip|ip6|inet|arp|bridge|netdev) )?\S+ \S+ (?:position \d+ )?`)
	listOf      = whenAsked(`\{ [^{}]+ \}`)
	ruleFlags   = whenAsked(`\bflags & \(([a-z |]+)\) == ([a-z]+)`)
	ruleMatches = strings.NewReplacer("{", " { ", "}", " } ", ",", " , ", `"`, "", "'", "", ";", " ")
	ruleSilent  = strings.NewReplacer(" with icmpx type ", " with icmpx ", " with icmp type ", " with icmp ", " with icmpv6 type ", " with icmpv6 ", " meta l4proto tcp tcp ", " tcp ", " ip protocol tcp tcp ", " tcp ", " counter ", " ", " -m tcp ", " ",
		" with icmpx port-unreachable ", " ", " with icmpx type port-unreachable ", " ", " with icmp port-unreachable ", " ", " --reject-with icmp-port-unreachable ", " ")
	ruleSame = strings.NewReplacer(" -m tcp ", " ", " -m udp ", " ", " --syn ", " --tcp-flags FIN , SYN , RST , ACK SYN ", "/second ", "/sec ", "/minute ", "/min ")
	// ruleFilled is what iptables-save writes out though it goes without saying (iptables-extensions(8): recent, connlimit).
	ruleFilled = whenAsked(`/(?:32|128)\b| --name DEFAULT\b| --mask (?:255\.255\.255\.255|(?:ffff:){7}ffff)| --rsource\b| --connlimit-mask (?:32|128)\b| --connlimit-saddr\b`)
)

// ruleCore is what a rule comes to: the same for the words in a file, in a script, and as nft or iptables-save print them.
func ruleCore(text string) string {
	text = strings.TrimSpace(text)
	if text == "" || text[0] == '#' {
		return ""
	}
	if m := ruleFlags.FindStringSubmatch(text); m != nil { // nft prints a mask in its newer words (nft(8), "BITWISE")
		text = strings.Replace(text, m[0], "flags "+m[2]+" / "+strings.NewReplacer("|", ",", " ", "").Replace(m[1]), 1)
	}
	text = strings.Join(strings.Fields(ruleMatches.Replace(counters.ReplaceAllString(text, ""))), " ")
	text = listOf.ReplaceAllStringFunc(text, func(list string) string { // nft prints its members in their order
		members := strings.Split(strings.Trim(list, "{} "), " , ")
		if len(members) == 1 { // nft makes a plain value of it
			return members[0]
		}
		slices.Sort(members)
		return "{ " + strings.Join(members, " , ") + " }"
	})
	text = scriptRule.ReplaceAllString(ruleCommand.ReplaceAllString(text, ""), "-A $3 ")
	text = strings.TrimSpace(ruleSilent.Replace(ruleSilent.Replace(" " + text + " ")))
	if text != "" && (text[0] == '-' || text[0] == '!') {
		return inOrder(ruleFilled.ReplaceAllString(ruleSame.Replace(" "+text+" "), ""))
	}
	return text
}

// inOrder are the options of a rule of iptables' in one order, its chain first: people write them as they like, iptables-save has its own.
func inOrder(text string) string {
	var options []string
	fresh := true
	for w := range strings.FieldsSeq(text) {
		if option := w == "!" || w[0] == '-'; option && fresh || len(options) == 0 {
			options = append(options, w)
		} else {
			options[len(options)-1] += " " + w
		}
		fresh = w != "!"
	}
	slices.SortFunc(options, func(a, b string) int {
		if chain := strings.HasPrefix(a, "-A "); chain != strings.HasPrefix(b, "-A ") {
			return map[bool]int{true: -1, false: 1}[chain]
		}
		return strings.Compare(a, b)
	})
	return strings.Join(options, " ")
}
