package checks

import "strings"

// prepared is a packet with what the whole firewall knows of it before its filters are walked.
func (fw firewall) prepared(p packet) packet {
	p.ipsets = fw.ipsets
	if !p.back { // rules of nat see the first packet alone
		p.moved = fw.moved(p)
	}
	return p
}

// moved says whether a rule of nat sends a packet elsewhere. Filters ask for it: "ct status dnat accept" stands in all chains of firewalld.
func (fw firewall) moved(p packet) answer {
	hook := p.hooks()[0] // what leaves this machine is given its new address on the way out, and not again when it comes in
	at := no
	if fw.nft != nil {
		for _, c := range fw.nft.chains {
			if c.Hook != hook || c.Type != "nat" || !sameFamily(c.Family, p.to) {
				continue
			}
			if fw.nft.foreign(c) {
				if len(fw.tables) == 0 {
					at = unsure // nobody here explains it
				}
				continue
			}
			w := walk{set: fw.nft, p: p, hook: hook}
			at = max(at, natted(w.chain(c.Family, c.Table, c.Name, 0), w.may))
		}
	}
	for _, t := range fw.tables {
		if t.name == "nat" && (t.tool == "ip6tables") == p.to.Unmap().Is6() {
			w := tableWalk{t: t, p: p, hook: hook}
			at = max(at, natted(w.chain(strings.ToUpper(hook), 0), w.may))
		}
	}
	return at
}

// natted is what one walk through a chain of nat tells.
func natted(v verdict, may *rule) answer {
	switch {
	case v == stopped:
		return yes
	case may != nil:
		return unsure
	}
	return no
}

// status is what a packet has of the states that the kernel keeps of connections, for "ct status" (nft(8)): a first packet has none but dnat.
func (p packet) status() (string, bool) {
	switch p.moved {
	case yes:
		return "dnat", true
	case no:
		return "", true
	}
	return "", false
}
