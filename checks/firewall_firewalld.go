package checks

import (
	"fmt"
	"strings"
)

var zoneChain = whenAsked(`^filter_IN_([\w-]+?)(?:_(?:pre|log|deny|allow|post))?$`)

// zone is the zone of firewalld's that a rule belongs to: it makes chains of its own for each. Those of a policy are named alike.
func (r rule) zone() string {
	m := zoneChain.FindStringSubmatch(r.Chain)
	if r.Table != "firewalld" || m == nil || strings.HasPrefix(m[1], "policy_") {
		return ""
	}
	return m[1]
}

// zoneWord is how firewall-cmd is told of a rule's zone; without it, it means the default one.
func (r rule) zoneWord() string {
	if z := r.zone(); z != "" {
		return " --zone=" + sh(z)
	}
	return ""
}

// admitInFirewalld lets the gateway's own address through to the one port, and nobody else: who opens a port of firewalld's opens it to the world.
func admitInFirewalld(l *live, r *rule) Fix {
	x := Fix{Title: "Admit the gateway in firewalld, and nobody else", Risk: Low}
	if r.Hook == "output" || r.Hook == "postrouting" {
		x.Title = "Find the rule of firewalld's that stops what goes out"
		return x.Tell("Zones decide about what comes in; what goes out is stopped by a policy or a direct rule: firewall-cmd --list-all-policies and firewall-cmd --direct --get-all-rules show it")
	}
	zone := r.zoneWord()
	from := packetOf(l).from.Unmap()
	source := from.String()
	if in := l.reach.Inside; in != nil { // its own address lasts until it starts anew
		x.Title, source = "Admit the network of the gateway's container in firewalld, and nobody else", in.From.Masked().String()
	}
	rich := sh(fmt.Sprintf("rule priority=-10 family=%s source address=%s port port=%d protocol=tcp accept", familyOf(from), source, l.Port))
	x.Undo = fmt.Sprintf("firewall-cmd --permanent%[1]s --remove-rich-rule=%[2]s; firewall-cmd%[1]s --remove-rich-rule=%[2]s", zone, rich)
	return x.Do("Admit it at every boot", "firewall-cmd --permanent%s --add-rich-rule=%s", zone, rich).Do("Admit it now", "firewall-cmd%s --add-rich-rule=%s", zone, rich)
}
