package checks

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// rulesGone: the app listens in its container at the very port that is published, and the rule by which the engine sends the machine's port there is gone:
// who fills the firewall anew ("flush ruleset", iptables -t nat -F) throws away the engine's own as well, and it writes them at a container's start alone.
func rulesGone(ctx context.Context, f *sysinfo.Facts, l *live, c sysinfo.Container, port int) *Finding {
	if c.Has(l.reach.Addr.Addr()) || len(c.Addrs) == 0 || !holdsIdly(l.reach.Owner) {
		return nil
	}
	fw, err := filters(ctx, f)
	if err != nil || slices.ContainsFunc(c.Addrs, func(a netip.Prefix) bool { return fw.leads(a.Addr()) }) {
		return nil
	}
	found := &Finding{Status: Fail, Confidence: 0.95, Where: l.Where, Covers: slices.Concat(elsewhereNow, []ID{"docker-localhost-upstream", "upstream-premature-close", "upstream-returned-5xx"}),
		Summary: fmt.Sprintf("port %d of this machine is container %s's, and no rule leads there any more: somebody emptied the firewall's tables, the engine's own rules with them", l.Port, c.Name),
		Evidence: []Evidence{passLine(l), {Source: c.Engine + " port " + c.Name, Text: fmt.Sprintf("%d/tcp -> %d", port, l.Port)},
			{Source: "nft list ruleset; iptables-save", Text: "no DNAT to " + c.Addrs[0].Addr().String()},
			{Source: fmt.Sprintf("/proc/%d/net/tcp", c.PID), Text: fmt.Sprintf("LISTEN at %d in the container", port)}}}
	x := Fix{Title: "Let the engine write its rules again", Risk: Low}
	if c.Engine == "podman" {
		x = x.Do("No container is started anew", "podman network reload %s && sleep 1", sh(c.Name))
	} else {
		x.Risk = Medium
		x = x.Tell("Docker's containers stop and start with it, unless its settings say live-restore").Do("Docker writes them at its start", "systemctl restart docker && sleep 3")
	}
	if at := emptiedBy(ctx, f); at.Known() {
		found.Where = at
		found.Evidence = append(found.Evidence, lineOf(f.Host.Root, at))
		x = x.Tell("Each start of nftables.service does it again. At %s, empty your own tables alone, for each of them: add table inet filter, then delete table inet filter", at)
	}
	found.Fix = x
	return withLine(found, l, connectKinds...)
}

// holdsIdly says that whoever holds a published port only keeps it from others: connections get by it by the rules alone. docker-proxy and its like carry them by themselves.
func holdsIdly(p *sysinfo.Proc) bool {
	return p == nil || p.Name == "conmon" || p.Name == "dockerd"
}

// leads says that some rule sends packets to an address, or may.
func (fw firewall) leads(to netip.Addr) bool {
	is := func(text string) bool { return slices.Contains(ruleAddress.FindAllString(text, -1), to.String()) }
	if fw.nft != nil {
		for _, rules := range fw.nft.rules {
			for _, r := range rules {
				for _, e := range r.Expr {
					_, others := e["xt"] // iptables' own, which iptables-save tells
					if raw, ok := e["dnat"]; ok && is(string(raw)) || others && len(fw.tables) == 0 {
						return true
					}
				}
			}
		}
	}
	for _, t := range fw.tables {
		for _, rules := range t.rules {
			if slices.ContainsFunc(rules, func(spec string) bool { return strings.Contains(spec, "-j DNAT ") && is(spec) }) {
				return true
			}
		}
	}
	return false
}

// ruleAddress are the addresses in a rule.
var ruleAddress = whenAsked(`\d+\.\d+\.\d+\.\d+|[0-9a-fA-F]*:[0-9a-fA-F:]*[0-9a-fA-F]`)

// emptiedBy is the line by which nftables.service, which ran, empties all tables of this machine.
func emptiedBy(ctx context.Context, f *sysinfo.Facts) sysinfo.Place {
	if u, ok := f.Unit(ctx, "nftables.service"); !ok || u.Active != "active" {
		return sysinfo.Place{}
	}
	for at, line := range linesIn(f.Host.Root, nftFiles...) {
		if strings.TrimRight(strings.TrimSpace(line), "; ") == "flush ruleset" {
			return at
		}
	}
	return sysinfo.Place{}
}
