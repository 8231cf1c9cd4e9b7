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
			return belowFlushes(f, &r, savedEnd(f, &r)).Line
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
	if ufw, ok := openUFW(f, l, r, text); ok {
		return ufw
	}
	if m, ok := memberOf(ctx, f, r.Of, r, text); ok {
		return m.takeOut(f)
	}
	switch {
	case r.Table == "firewalld":
		return admitInFirewalld(l, r)
	case r.Policy():
		x.Title = admitsWhat(r)
		return admit(f, l, r, chain, x)
	case r.Shared:
		x.Title = admitsWhat(r) + ", before the rule that decides about others as well"
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
	if r.Of.back && !r.Policy() {
		return true // whatever else its sender may want
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
