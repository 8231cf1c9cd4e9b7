package checks

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"fix502/sysinfo"
)

// openAll opens each chain on the way: what one lets through, the next would still stop. Where two are ended in one file, the lower one is
// corrected first, for the lines below a new one move.
func openAll(ctx context.Context, f *sysinfo.Facts, l *live, rules []rule) Fix {
	line := func(r rule) int {
		if r.Policy() {
			return savedEnd(f, &r).Line
		}
		return savedRule(ctx, f, ruleText(ctx, f, l, &r)).Line
	}
	slices.SortStableFunc(rules, func(a, b rule) int { return line(b) - line(a) })
	var x Fix
	var undo []string
	for i, r := range rules {
		one := openUp(ctx, f, l, &r, ruleText(ctx, f, l, &r))
		if i == 0 {
			x.Title, x.Risk = one.Title, one.Risk
		}
		for _, step := range one.Steps {
			if step.Command != "" || !slices.Contains(x.Steps, step) {
				x.Steps = append(x.Steps, step)
			}
		}
		if one.Undo != "" {
			undo = append(undo, one.Undo)
		}
	}
	x.Undo = undoAll(undo)
	return x
}

// openUp removes the one rule, or admits the machine's own traffic where only a policy is in the way.
func openUp(ctx context.Context, f *sysinfo.Facts, l *live, r *rule, text string) Fix {
	x := Fix{Title: "Delete the rule that stops the gateway", Risk: Medium}
	chain := fmt.Sprintf("%s %s %s", sh(r.Family), sh(r.Table), sh(r.Chain))
	switch {
	case r.Table == "firewalld":
		x.Title = "Admit the port in firewalld"
		return x.Do("Admit it at every boot", "firewall-cmd --permanent --add-port=%d/tcp", l.Port).Do("Admit it now", "firewall-cmd --reload")
	case r.Policy():
		x.Title = "Admit what the gateway sends to its app"
		return admit(f, l, r, chain, x)
	case r.Shared:
		x.Title = "Admit what the gateway sends to its app, before the rule that decides about others as well"
		return admitBefore(ctx, f, l, r, chain, text, x)
	case r.Tool == "nft":
		if !strings.HasPrefix(text, "the rule with") {
			x.Undo = fmt.Sprintf("nft insert rule %s %s", chain, sh(counters.ReplaceAllString(text, "")))
		}
		x = x.Do("Delete exactly this rule", "nft delete rule %s handle %d", chain, r.Handle)
	default:
		x.Undo = fmt.Sprintf("%s -t %s -I %s %s", r.Tool, r.Table, sh(r.Chain), ruleWords(r.Text))
		x = x.Do("Delete exactly this rule", "%s -t %s -D %s %s", r.Tool, r.Table, sh(r.Chain), ruleWords(r.Text))
	}
	if at := savedRule(ctx, f, text); at.Known() {
		x = x.Do("Keep it from coming back at the next boot", "%s", commentOut(f.Host.Root, at))
		x.Undo = undoAll([]string{setLine(f.Host.Root, at, configLine(f.Host.Root, at)), x.Undo})
	} else if strings.HasPrefix(r.Chain, "ufw") {
		x = x.Tell("ufw put it there: ufw status numbered shows its number, ufw delete NUMBER removes it for good")
	}
	return x
}

// keepsStrangersOut says that a rule stops what comes in from other machines as well, to something that they could reach: who deletes it
// opens that. What goes out is this machine's own, where the rules make no difference between its users.
func keepsStrangersOut(l *live, r *rule, text string) bool {
	if r.choosesUsers(text) {
		return true
	}
	if r.Policy() || r.Table == "firewalld" || r.Hook == "output" || r.Hook == "postrouting" || namesOwn.MatchString(text) {
		return false
	}
	alone := l.reach.Listener != nil && l.reach.Listener.Addr.Addr().IsLoopback() && onePort.MatchString(text)
	return !alone
}

// choosesUsers says that a rule, or one before it, makes a difference between the users of this machine: without it those get in, too, whom
// it was made for.
func (r *rule) choosesUsers(text string) bool { return r.Chosen || ofUsers.MatchString(text) }

var (
	ofUsers  = whenAsked(`\bsk[ug]id\b|--[ug]id-owner`)
	namesOwn = whenAsked(`\blo\b|"lo"|127\.0\.0\.1|::1\b`)
	onePort  = whenAsked(`(?:tcp dport |--dport )\d+(?:\s|$)`)
)

// admitBefore lets what the gateway sends through, right before the rule that stops it.
func admitBefore(ctx context.Context, f *sysinfo.Facts, l *live, r *rule, chain, text string, x Fix) Fix {
	out := r.Hook == "output" || r.Hook == "postrouting"
	way, spec := "iif lo ", "-i lo "
	if out {
		way, spec = "oif lo ", "-o lo "
	}
	if !l.reach.Local {
		to := l.reach.Addr.Addr()
		way, spec = fmt.Sprintf("ip daddr %s ", to), fmt.Sprintf("-d %s ", to)
		if to.Is6() {
			way = fmt.Sprintf("ip6 daddr %s ", to)
		}
	}
	if r.choosesUsers(text) && l.Site.Gateway.Creds.UID >= 0 {
		way += fmt.Sprintf("meta skuid %d ", l.Site.Gateway.Creds.UID)
		spec += fmt.Sprintf("-m owner --uid-owner %d ", l.Site.Gateway.Creds.UID)
	}
	admits := fmt.Sprintf("%stcp dport %d accept", way, l.Port)
	if r.Tool == "nft" {
		x = x.Do("Admit this way", "nft insert rule %s position %d %s", chain, r.Handle, admits)
		x.Undo = dropRule(chain, admits)
	} else {
		spec = fmt.Sprintf("%s-p tcp -m tcp --dport %d -j ACCEPT", spec, l.Port)
		admits = fmt.Sprintf("-A %s %s", r.Chain, spec)
		x = x.Do("Admit this way", "%s -t %s -I %s %s", r.Tool, r.Table, sh(r.Chain), spec)
		x.Undo = fmt.Sprintf("%s -t %s -D %s %s", r.Tool, r.Table, sh(r.Chain), spec)
	}
	at := savedRule(ctx, f, text)
	if !at.Known() || r.Tool == "nft" && !inBlock(f.Host.Root, at) {
		return x.Tell("Write '%s' above that rule where this machine keeps its rules (/etc/nftables.conf, /etc/iptables/rules.v4, ufw's before.rules), or it is gone after the next boot", admits)
	}
	x.Undo = fmt.Sprintf("sed -i %dd %s; %s", at.Line, sh(realFile(f.Host.Root, at.File)), x.Undo)
	x = x.Do("Write it above the rule in "+at.File+", so that it is there after the next boot", "%s", sedLines(f.Host.Root, at, 'i', admits))
	if r.Tool == "nft" {
		return x.Do("Test that file; this loads nothing", "nft -c -f %s", sh(loadedFrom(f, at.File)))
	}
	return x
}

// dropRule takes a rule out of a chain again; the first of that text is ours, or one that says the same. nft lists the name of an
// interface in quotes.
func dropRule(chain, text string) string {
	listed := strings.NewReplacer("iif lo", `iif "lo"`, "oif lo", `oif "lo"`).Replace(text)
	return fmt.Sprintf(`nft delete rule %s handle "$(nft -n -a list chain %s | grep -m1 -F %s | awk '{print $NF}')"`, chain, chain, sh(listed))
}

// admit lets through what a policy stops: all of lo for an app on this machine, as every firewall should, since its
// answers come the same way; one port of another machine.
func admit(f *sysinfo.Facts, l *live, r *rule, chain string, x Fix) Fix {
	way := map[string]string{"input": "i", "prerouting": "i", "output": "o", "postrouting": "o"}[r.Hook]
	match := fmt.Sprintf("%sif lo", way)
	spec := fmt.Sprintf("-%s lo", way)
	if !l.reach.Local {
		to := l.reach.Addr.Addr().String()
		match, spec = fmt.Sprintf("ip daddr %s tcp dport %d", to, l.Port), fmt.Sprintf("-d %s -p tcp --dport %d", to, l.Port)
		if l.reach.Addr.Addr().Is6() {
			match = strings.Replace(match, "ip daddr", "ip6 daddr", 1)
		}
	}
	if r.Tool == "nft" {
		x = x.Do("Admit this way", "nft insert rule %s %s accept", chain, match)
		x.Undo = dropRule(chain, match+" accept")
		if at := savedHook(f, r); at.Known() {
			x.Undo = undoAll([]string{removeBelow(f.Host.Root, at, 1), x.Undo})
			return x.Do("Write the same rule into "+at.File+", so that it is there after the next boot", "%s", insertAfter(f.Host.Root, at, match+" accept")).
				Do("Test that file; this loads nothing", "nft -c -f %s", sh(at.File))
		}
		return x.Tell("Write the same rule into /etc/nftables.conf, or it is gone after the next boot")
	}
	x.Undo = fmt.Sprintf("%s -t %s -D %s %s -j ACCEPT", r.Tool, r.Table, sh(r.Chain), spec)
	x = x.Do("Admit this way", "%s -t %s -I %s %s -j ACCEPT", r.Tool, r.Table, sh(r.Chain), spec)
	if at := savedEnd(f, r); at.Known() {
		tool := endInScript.FindStringSubmatch(configLine(f.Host.Root, at))[1]
		x.Undo = undoAll([]string{removeBelow(f.Host.Root, at, 1), x.Undo})
		return x.Do("Write the same rule into "+at.File+", which sets the firewall up at every boot", "%s", insertAfter(f.Host.Root, at, fmt.Sprintf("%s -I %s %s -j ACCEPT", tool, r.Chain, spec)))
	}
	return x.Tell("Save it as this machine does (netfilter-persistent save, ufw), or it is gone after the next boot")
}

// ruleWords quotes the words of an iptables rule one by one; iptables-save writes comments in double quotes.
func ruleWords(spec string) string {
	var out []string
	quoted := ""
	for _, w := range strings.Fields(spec) {
		switch {
		case quoted != "":
			quoted += " " + w
		case strings.HasPrefix(w, `"`):
			quoted = w
		default:
			out = append(out, sh(w))
			continue
		}
		if strings.HasSuffix(quoted, `"`) && len(quoted) > 1 {
			out = append(out, sh(strings.Trim(quoted, `"`)))
			quoted = ""
		}
	}
	return strings.Join(out, " ")
}
