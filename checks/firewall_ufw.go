package checks

import (
	"fmt"
	"strings"

	"fix502/sysinfo"
)

// ufwRule is one of ufw's own: the number that ufw status shows, and its words for "ufw insert".
type ufwRule struct {
	Number int
	Words  string
	At     sysinfo.Place
}

// ofUFW finds a rule of the kernel's among those that ufw keeps: first all of IPv4, then all of IPv6 (ufw(8), "ufw status numbered").
func ofUFW(root sysinfo.Root, r *rule, text string) (ufwRule, bool) {
	if !strings.HasPrefix(r.Chain, "ufw-user-") && !strings.HasPrefix(r.Chain, "ufw6-user-") {
		return ufwRule{}, false
	}
	want := ufwCore("-A " + r.Chain + " " + strings.TrimPrefix(text, "-A "+r.Chain+" "))
	var last ufwRule
	for at, line := range linesIn(root, "/etc/ufw/user.rules", "/etc/ufw/user6.rules") {
		line = strings.TrimSpace(line)
		if tuple, ok := strings.CutPrefix(line, "### tuple ### "); ok {
			last = ufwRule{last.Number + 1, ufwWords(tuple), at}
			continue
		}
		if strings.HasPrefix(line, "-A "+r.Chain+" ") && last.Number > 0 && ufwCore(line) == want {
			return last, true
		}
	}
	return ufwRule{}, false
}

// ufwCore is a rule but for the kernel's own way to say no, which ufw does not always name.
func ufwCore(text string) string { return rejectsWith.ReplaceAllString(ruleCore(text), "") }

var rejectsWith = whenAsked(` --reject-with \S+`)

// ufwWords are a rule of ufw's in its words, from the line that it keeps: action, protocol, port, to, port, from, way ("deny tcp 3000 0.0.0.0/0 any 0.0.0.0/0 out"). Empty
// where there is more in it.
func ufwWords(tuple string) string {
	w := strings.Fields(strings.Split(tuple, " comment=")[0])
	if len(w) != 7 || w[6] != "in" && w[6] != "out" || strings.Contains(w[0], "_") {
		return ""
	}
	end := func(addr, port string) string {
		if addr == "0.0.0.0/0" || addr == "::/0" {
			addr = "any"
		}
		if port != "any" {
			addr += " port " + port
		}
		return addr
	}
	proto := ""
	if w[1] != "any" {
		proto = " proto " + w[1]
	}
	return fmt.Sprintf("%s %s%s from %s to %s", w[0], w[6], proto, end(w[5], w[4]), end(w[3], w[2]))
}

// openUFW deletes the rule from ufw itself, or admits the one way of the gateway's before it and before its default: by hand, what is done would be
// gone with the next boot.
func openUFW(f *sysinfo.Facts, l *live, r *rule, text string) (Fix, bool) {
	words := ufwAdmits(l, r)
	admit := func(x Fix, verb string) Fix {
		x.Undo = "ufw delete " + words
		if route, ok := strings.CutPrefix(words, "route "); ok {
			x.Undo = "ufw route delete " + route
			return x.Do("Admit this one way in ufw, now and at every boot", "ufw route %s%s", verb, route)
		}
		return x.Do("Admit this one way in ufw, now and at every boot", "ufw %s%s", verb, words)
	}
	if u, ok := ofUFW(f.Host.Root, r, text); ok {
		if r.Shared && words != "" {
			return admit(Fix{Title: admitsWhat(r) + ", before the rule that decides about others as well", Risk: Low}, fmt.Sprintf("insert %d ", u.Number)), true
		}
		x := Fix{Title: "Delete the rule of ufw's that stops the gateway", Risk: Medium}
		if u.Words != "" {
			x.Undo = fmt.Sprintf("ufw insert %d %s || ufw %s", u.Number, u.Words, u.Words)
		}
		return x.Do("See that the number is still that of this rule", "ufw status numbered").Do("Delete exactly this rule, now and for good", "ufw --force delete %d", u.Number), true
	}
	if !ufwDefault(f, r) || words == "" {
		return Fix{}, false
	}
	return admit(Fix{Title: admitsWhat(r), Risk: Low}, ""), true
}

// ufwAdmits are ufw's words for what a gateway sends to its app: to another machine, or from a container's network to this one. Empty for what stays on
// this machine, which ufw never stops by itself.
func ufwAdmits(l *live, r *rule) string {
	out := r.Hook == "output" || r.Hook == "postrouting"
	switch {
	case r.Of.back:
		return ""
	case r.Hook == "forward" && l.reach.Through != nil:
		return fmt.Sprintf("route allow proto tcp from %s to %s port %d", l.reach.Through.From.Masked(), r.Of.to, l.Port)
	case out && !l.reach.Local:
		return fmt.Sprintf("allow out proto tcp to %s port %d", r.Of.to, l.Port)
	case !out && l.reach.Inside != nil:
		return fmt.Sprintf("allow proto tcp from %s to any port %d", l.reach.Inside.From.Masked(), l.Port)
	}
	return ""
}

// ufwDefault says that the end of a chain is ufw's doing, by whatever tool it was read.
func ufwDefault(f *sysinfo.Facts, r *rule) bool {
	main := r.Tool != "nft" || r.Table == "filter" && (r.Family == "ip" || r.Family == "ip6")
	return main && ufwEnds(r) != "" && ufwOn(f.Host.Root)
}

// ufwEnds is the chain of which ufw has set the end, as a policy or, where it is to reject, as the last rule (ufw-reject-input).
func ufwEnds(r *rule) string {
	chain := r.Chain
	if !r.Policy() {
		chain = ""
		for _, prefix := range []string{"ufw-reject-", "ufw6-reject-"} {
			if of, ok := strings.CutPrefix(r.Chain, prefix); ok {
				chain = strings.ToUpper(of)
			}
		}
	}
	if chain == "INPUT" || chain == "OUTPUT" || chain == "FORWARD" {
		return chain
	}
	return ""
}

// ufwPlace is where ufw keeps what stops a packet.
func ufwPlace(f *sysinfo.Facts, r *rule, text string) sysinfo.Place {
	if u, ok := ofUFW(f.Host.Root, r, text); ok {
		return u.At
	}
	if !ufwDefault(f, r) {
		return sysinfo.Place{}
	}
	for at, line := range linesIn(f.Host.Root, "/etc/default/ufw") {
		if strings.HasPrefix(line, "DEFAULT_"+ufwEnds(r)+"_POLICY=") {
			return at
		}
	}
	return sysinfo.Place{}
}
