package checks

import (
	"context"
	"fmt"
	"net/netip"
	"strings"

	"fix502/sysinfo"
)

// admitBefore lets what the gateway sends through, right before the rule that stops it.
func admitBefore(ctx context.Context, f *sysinfo.Facts, l *live, r *rule, chain, text string, x Fix) Fix {
	if twin := keptByIptables(ctx, f, r, text); twin != nil {
		r, text = twin, twin.Text
	}
	out := r.Hook == "output" || r.Hook == "postrouting"
	way, spec := "iif lo ", "-i lo "
	if out {
		way, spec = "oif lo ", "-o lo "
	}
	inside := l.reach.Inside
	if inside != nil {
		way, spec = fmt.Sprintf("%s saddr %s ", nftFamily(inside.From.Addr()), inside.From.Masked()), fmt.Sprintf("-s %s ", inside.From.Masked())
	}
	if !l.reach.Local {
		way, spec = "", ""
	}
	if r.choosesUsers(text) && r.Of.uid >= 0 {
		way += fmt.Sprintf("meta skuid %d ", r.Of.uid)
		spec += fmt.Sprintf("-m owner --uid-owner %d ", r.Of.uid)
	}
	to, specTo := fmt.Sprintf("tcp dport %d ", l.Port), fmt.Sprintf("-p tcp -m tcp --dport %d ", l.Port)
	if l.reach.Local && inside == nil && bySender.MatchString(text) && !strings.Contains(text, "port") && !r.choosesUsers(text) {
		to, specTo = "", "" // the app's answers come from such an address as well
	}
	if !l.reach.Local {
		to, specTo = ways(l, r)
		to, specTo = to+" ", specTo+" "
	}
	admits := way + to + "accept"
	if r.Tool == "nft" {
		x = x.Do("Admit this way", "nft insert rule %s position %d %s", chain, r.Handle, admits)
		x.Undo = dropRule(chain, admits)
	} else {
		spec += specTo + "-j ACCEPT"
		admits = fmt.Sprintf("-A %s %s", r.Chain, spec)
		x = x.Do("Admit this way", "%s -t %s -I %s %s", r.Tool, r.Table, sh(r.Chain), spec)
		x.Undo = fmt.Sprintf("%s -t %s -D %s %s", r.Tool, r.Table, sh(r.Chain), spec)
	}
	at := savedRule(ctx, f, text)
	if !at.Known() || r.Tool == "nft" && !inBlock(f.Host.Root, at) {
		return x.Tell("Write '%s' above that rule where this machine keeps its rules (/etc/nftables.conf, /etc/iptables/rules.v4, ufw's before.rules), or it is gone after the next boot", admits)
	}
	line, mode, place := at.Line, byte('i'), "above"
	if m := scriptRule.FindStringSubmatch(configLine(f.Host.Root, at)); r.Tool != "nft" && m != nil {
		if admits = m[1] + m[2] + strings.TrimPrefix(admits, "-A"); m[2] == "-I" { // what is put in front last comes first
			line, mode, place = at.Line+1, 'a', "below"
		}
	}
	x.Undo = fmt.Sprintf("sed -i %dd %s; %s", line, sh(realFile(f.Host.Root, at.File)), x.Undo)
	x = x.Do("Write it "+place+" the rule in "+at.File+", so that it is there after the next boot", "%s", sedLines(f.Host.Root, at, mode, admits))
	if r.Tool == "nft" {
		return x.Do("Test that file; this loads nothing", "nft -c -f %s", sh(loadedFrom(f, at.File)))
	}
	return x
}

// scriptRule is a rule as a script gives it to iptables, with the program or the variable that holds it, up to its chain and number.
var scriptRule = whenAsked(`^((?:(?:\S*/)?ip6?tables(?:-nft|-legacy)?|"?\$\{?\w+\}?"?) (?:-w )?(?:-t \S+ )?)(-[AI]) (\S+) (?:\d+ )?`)

// bySender finds a rule that chooses packets by where they come from: a list of addresses that cannot be, of countries.
var bySender = whenAsked(`\bsaddr\b|(?:^|\s)-s\s|--match-set`)

// dropRule takes a rule out of a chain again; the first of that text is ours, or one that says the same. nft lists the name of an
// interface in quotes.
func dropRule(chain, text string) string {
	listed := strings.NewReplacer("iif lo", `iif "lo"`, "oif lo", `oif "lo"`).Replace(text)
	return fmt.Sprintf(`nft delete rule %s handle "$(nft -n -a list chain %s | grep -m1 -F %s | awk '{print $NF}')"`, chain, chain, sh(listed))
}

// nftFamily is nft's word for an address's family.
func nftFamily(a netip.Addr) string {
	if a.Unmap().Is4() {
		return "ip"
	}
	return "ip6"
}

// admit lets through what a policy stops: all of lo for an app on this machine, as every firewall should, since its
// answers come the same way; one port of another machine.
func admit(f *sysinfo.Facts, l *live, r *rule, chain string, x Fix) Fix {
	way := map[string]string{"input": "i", "prerouting": "i", "output": "o", "postrouting": "o"}[r.Hook]
	match := fmt.Sprintf("%sif lo", way)
	spec := fmt.Sprintf("-%s lo", way)
	if in := l.reach.Inside; in != nil {
		from := in.From.Masked()
		match, spec = fmt.Sprintf("%s saddr %s tcp dport %d", nftFamily(in.From.Addr()), from, l.Port), fmt.Sprintf("-s %s -p tcp --dport %d", from, l.Port)
	}
	if !l.reach.Local {
		match, spec = ways(l, r)
	}
	if r.Tool == "nft" {
		x = x.Do("Admit this way", "nft insert rule %s %s accept", chain, match)
		x.Undo = dropRule(chain, match+" accept")
		if at := savedHook(f, r); at.Known() {
			x.Undo = undoAll([]string{removeBelow(f.Host.Root, at, 1), x.Undo})
			return x.Do("Write the same rule into "+at.File+", so that it is there after the next boot", "%s", insertAfter(f.Host.Root, at, match+" accept")).
				Do("Test that file; this loads nothing", "nft -c -f %s", sh(loadedFrom(f, at.File)))
		}
		return x.Tell("Write the same rule into /etc/nftables.conf, or it is gone after the next boot")
	}
	x.Undo = fmt.Sprintf("%s -t %s -D %s %s -j ACCEPT", r.Tool, r.Table, sh(r.Chain), spec)
	x = x.Do("Admit this way", "%s -t %s -I %s %s -j ACCEPT", r.Tool, r.Table, sh(r.Chain), spec)
	if end, above := restoredEnd(f, r); end.Known() {
		x.Undo = undoAll([]string{removeBelow(f.Host.Root, above, 1), x.Undo})
		return x.Do("Write the same rule into "+end.File+", which is restored at every boot", "%s", insertAfter(f.Host.Root, above, fmt.Sprintf("-A %s %s -j ACCEPT", r.Chain, spec))).
			Do("Test that file; this loads nothing", "%s-restore --test %s", r.Tool, sh(above.File))
	}
	if at := savedEnd(f, r); at.Known() {
		tool := endInScript.FindStringSubmatch(configLine(f.Host.Root, at))[1]
		at = belowFlushes(f, r, at)
		x.Undo = undoAll([]string{removeBelow(f.Host.Root, at, 1), x.Undo})
		return x.Do("Write the same rule into "+at.File+", which sets the firewall up at every boot", "%s", insertAfter(f.Host.Root, at, fmt.Sprintf("%s -I %s %s -j ACCEPT", tool, r.Chain, spec)))
	}
	return x.Tell("Save it as this machine does (netfilter-persistent save, ufw), or it is gone after the next boot")
}
