package checks

import (
	"context"
	"encoding/json"
	"fmt"
	"net/netip"
	"strings"

	"fix502/sysinfo"
)

// member is what a set of addresses holds of a packet, and so why a rule stops it: the rule stays, for the others in the set.
type member struct {
	Set, Word  string // "bad", "10.0.0.0/24"
	list       string // the command that shows the set
	out, again string // take it out, put it back

	Where      sysinfo.Place // the line of a file that has it put there
	line, rest string        // of nftables' own files: that line, and what it is without it
}

var (
	ofIpset  = whenAsked(`(! )?--match-set (\S+) (src|dst)(?:\s|$)`)
	ofNftSet = whenAsked(`\bip6? (s|d)addr (!= )?@([\w.-]+)`)
)

// memberOf finds the member of a rule's only set by which it stops a packet.
func memberOf(ctx context.Context, f *sysinfo.Facts, p packet, r *rule, text string) (member, bool) {
	fw, err := filters(ctx, f)
	if err != nil || jailOf(r) != "" {
		return member{}, false
	}
	ends := map[string]netip.Addr{"src": p.from, "dst": p.to, "s": p.from, "d": p.to}
	if all := ofIpset.FindAllStringSubmatch(text, -1); len(all) == 1 && all[0][1] == "" {
		name := all[0][2]
		for _, word := range fw.ipsets[name] {
			if within4(ends[all[0][3]], word) == yes {
				m := member{Set: name, Word: word, list: "ipset list " + sh(name), out: fmt.Sprintf("ipset del %s %s", sh(name), word), again: fmt.Sprintf("ipset add %s %s", sh(name), word)}
				return m.ofFirewalld(f), true
			}
		}
		return member{}, false
	}
	all := ofNftSet.FindAllStringSubmatch(text, -1)
	if r.Tool != "nft" || fw.nft == nil || len(all) != 1 || all[0][2] != "" {
		return member{}, false
	}
	for _, raw := range fw.nft.sets[nftKey(r.Family, r.Table, all[0][3])] {
		word := elementWord(raw)
		if within4(ends[all[0][1]], word) != yes {
			continue
		}
		set := fmt.Sprintf("%s %s %s", sh(r.Family), sh(r.Table), sh(all[0][3]))
		m := member{Set: all[0][3], Word: word, list: "nft list set " + set, out: fmt.Sprintf("nft delete element %s '{ %s }'", set, word), again: fmt.Sprintf("nft add element %s '{ %s }'", set, word)}
		return m.ofFirewalld(f).inFile(f, r), true
	}
	return member{}, false
}

// elementWord is an element of a set of nftables' that is one address or one network; empty for a range.
func elementWord(raw json.RawMessage) string {
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return one
	}
	var e struct {
		Prefix *struct {
			Addr string
			Len  int
		}
		Elem *struct{ Val json.RawMessage }
	}
	if json.Unmarshal(raw, &e) != nil {
		return ""
	}
	switch {
	case e.Prefix != nil:
		return fmt.Sprintf("%s/%d", e.Prefix.Addr, e.Prefix.Len)
	case e.Elem != nil:
		return elementWord(e.Elem.Val)
	}
	return ""
}

// ofFirewalld is a member as firewalld keeps it, where that has it in a set of its own: taken out behind its back it comes back at the next reload.
func (m member) ofFirewalld(f *sysinfo.Facts) member {
	for at, line := range linesIn(f.Host.Root, "/etc/firewalld/ipsets/"+m.Set+".xml") {
		if strings.Contains(line, "<entry>"+m.Word+"</entry>") {
			say := func(verb string) string {
				return fmt.Sprintf("firewall-cmd --permanent --ipset=%[1]s --%[2]s-entry=%[3]s && firewall-cmd --ipset=%[1]s --%[2]s-entry=%[3]s", sh(m.Set), verb, m.Word)
			}
			m.Where, m.list, m.out, m.again = at, "firewall-cmd --ipset="+sh(m.Set)+" --get-entries", say("remove"), say("add")
		}
	}
	return m
}

// takeOut is the fix for a member.
func (m member) takeOut(f *sysinfo.Facts) Fix {
	x := Fix{Title: fmt.Sprintf("Take %s out of the set %s", m.Word, m.Set), Risk: Medium, Undo: m.again}
	x = x.Do("See the set, and that nobody put it there on purpose", "%s", m.list).Do("Take this member out; the rule and the others stay", "%s", m.out)
	if m.line != "" {
		x.Undo = undoAll([]string{setLine(f.Host.Root, m.Where, m.line), x.Undo})
		return x.Do("And out of "+m.Where.File+", so that it is not there again after the next boot", "%s", setLine(f.Host.Root, m.Where, m.rest)).
			Do("Test that file; this loads nothing", "nft -c -f %s", sh(loadedFrom(f, m.Where.File)))
	}
	return x.
		Tell("Whatever fills the set at boot, or again and again (a list from the network, a script, cron), has to leave %s out as well", m.Word)
}
