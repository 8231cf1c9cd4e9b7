package checks

import (
	"fmt"
	"net/netip"
	"strings"
)

// iptables is one table of `iptables-save`.
type iptables struct {
	tool, name string
	policy     map[string]string
	rules      map[string][]string // by chain, as printed behind "-A CHAIN "
}

func parseIptables(tool, text string) []iptables {
	var out []iptables
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "*"):
			out = append(out, iptables{tool: tool, name: line[1:], policy: map[string]string{}, rules: map[string][]string{}})
		case len(out) == 0 || line == "":
		case line[0] == ':':
			if w := strings.Fields(line[1:]); len(w) > 1 {
				out[len(out)-1].policy[w[0]] = w[1]
			}
		case strings.HasPrefix(line, "-A "):
			chain, spec, _ := strings.Cut(line[3:], " ")
			t := out[len(out)-1]
			t.rules[chain] = append(t.rules[chain], spec)
		}
	}
	return out
}

// stopsIptables walks the filter tables of the packet's family.
func stopsIptables(tables []iptables, p packet) []rule {
	var out []rule
	for _, hook := range p.hooks() {
		for _, t := range tables {
			if (t.tool == "ip6tables") != p.to.Unmap().Is6() || t.name == "nat" && hook != "output" {
				continue // what leaves this machine is given its new address on the way out, and not again when it comes in
			}
			base := strings.ToUpper(hook)
			w := tableWalk{t: t, p: p, hook: hook}
			v := w.chain(base, 0)
			if w.may != nil && t.name != "nat" {
				out = append(out, *w.may)
			}
			switch {
			case v == stopped:
				out = append(out, *w.hit)
			case v == passed && t.policy[base] == "DROP":
				out = append(out, rule{Tool: t.tool, Table: t.name, Chain: base, Hook: hook, Verdict: "policy DROP", Sure: !w.maybe})
			}
		}
	}
	return out
}

// leadsAway says that a rule sends a packet elsewhere than it was meant for.
func leadsAway(spec string, p packet) bool {
	w := strings.Fields(spec)
	for i := range len(w) - 1 {
		switch w[i] {
		case "--to-ports":
			return w[i+1] != fmt.Sprint(p.port)
		case "--to-destination":
			return w[i+1] != netip.AddrPortFrom(p.to, uint16(p.port)).String() && w[i+1] != p.to.String()
		}
	}
	return false
}

type tableWalk struct {
	t        iptables
	p        packet
	hook     string
	hit, may *rule
	maybe    bool
	steps    int
	chosen   bool // a rule on the way let some users through
}

func (w *tableWalk) chain(name string, depth int) verdict {
	if depth > 16 {
		return passed
	}
	for _, spec := range w.t.rules[name] {
		if w.steps++; w.steps > maxRules {
			w.maybe = true
			return passed
		}
		is, target, sets := w.p.matches(strings.Fields(spec), w.hook)
		w.chosen = w.chosen || strings.Contains(spec, "id-owner ") && (target == "ACCEPT" || target == "RETURN")
		if is == no {
			continue
		}
		found := &rule{Tool: w.t.tool, Table: w.t.name, Chain: name, Hook: w.hook, Text: spec, Verdict: target, Sets: sets, Sure: is == yes && !w.maybe, Chosen: w.chosen}
		v := passed
		switch target {
		case "ACCEPT":
			v = accepted
		case "REDIRECT", "DNAT":
			if v = accepted; leadsAway(spec, w.p) {
				v = stopped
			}
			if is == yes && v == stopped {
				w.hit = found
			}
		case "DROP", "REJECT":
			v = stopped
			if is == yes {
				w.hit = found
			}
		case "RETURN":
			if is == yes {
				return passed
			}
		case "LOG", "NFLOG", "MARK", "CONNMARK", "":
		default:
			v = w.chain(target, depth+1)
			if v == stopped {
				found = w.hit
			}
		}
		switch {
		case v == passed:
		case is == yes:
			return v
		case v == accepted:
			w.maybe = true
		case w.may == nil:
			found.Sure = false
			w.may = found
		}
	}
	return passed
}
