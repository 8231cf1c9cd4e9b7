package checks

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// ruleset is `nft -j list ruleset` (libnftables-json(5)).
type ruleset struct {
	chains []nftChain
	rules  map[string][]nftRule // by chain
	sets   map[string][]json.RawMessage
	maps   map[string][]json.RawMessage // of verdicts
}

type nftChain struct {
	Family, Table, Name, Type, Hook, Policy string
	Prio                                    json.RawMessage
}

type nftRule struct {
	Family, Table, Chain string
	Handle               int
	Expr                 []map[string]json.RawMessage
}

type nftSet struct {
	Family, Table, Name string
	Elem                []json.RawMessage
}

func nftKey(family, table, name string) string { return family + "\x00" + table + "\x00" + name }

func parseNFT(b []byte) (*ruleset, error) {
	var doc struct {
		Nftables []struct {
			Chain *nftChain
			Rule  *nftRule
			Set   *nftSet
			Map   *nftSet
		}
	}
	if len(b) == 0 {
		return &ruleset{}, nil
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		return nil, fmt.Errorf("read nft's ruleset: %w", err)
	}
	s := &ruleset{rules: map[string][]nftRule{}, sets: map[string][]json.RawMessage{}, maps: map[string][]json.RawMessage{}}
	for _, o := range doc.Nftables {
		switch {
		case o.Chain != nil:
			s.chains = append(s.chains, *o.Chain)
		case o.Rule != nil:
			k := nftKey(o.Rule.Family, o.Rule.Table, o.Rule.Chain)
			s.rules[k] = append(s.rules[k], *o.Rule)
		case o.Map != nil:
			s.maps[nftKey(o.Map.Family, o.Map.Table, o.Map.Name)] = o.Map.Elem
		case o.Set != nil:
			s.sets[nftKey(o.Set.Family, o.Set.Table, o.Set.Name)] = o.Set.Elem
		}
	}
	slices.SortStableFunc(s.chains, func(a, b nftChain) int { return cmp.Compare(prio(a), prio(b)) })
	return s, nil
}

func prio(c nftChain) int {
	n, _ := strconv.Atoi(string(c.Prio))
	return n
}

// foreign tables are iptables' own, with extensions that nft does not explain: iptables-save tells them better.
func (s *ruleset) foreign(c nftChain) bool {
	for k, rules := range s.rules {
		if !strings.HasPrefix(k, c.Family+"\x00"+c.Table+"\x00") {
			continue
		}
		for _, r := range rules {
			for _, e := range r.Expr {
				if _, ok := e["xt"]; ok {
					return true
				}
			}
		}
	}
	return false
}

// stops walks every base chain on the packet's way; each may stop it, whatever another accepted.
func (s *ruleset) stops(p packet) []rule {
	if s == nil {
		return nil
	}
	var out []rule
	for _, hook := range p.hooks() {
		for _, c := range s.chains {
			if c.Hook != hook || c.Type == "nat" && hook != "output" || !sameFamily(c.Family, p.to) || s.foreign(c) {
				continue
			}
			w := walk{set: s, p: p, hook: hook}
			verdict := w.chain(c.Family, c.Table, c.Name, 0)
			if w.may != nil && c.Type != "nat" {
				out = append(out, *w.may)
			}
			switch {
			case verdict == stopped:
				out = append(out, *w.hit)
			case verdict == passed && c.Policy == "drop":
				out = append(out, rule{Tool: "nft", Family: c.Family, Table: c.Table, Chain: c.Name, Hook: hook, Verdict: "policy drop", Sure: !w.maybe})
			}
		}
	}
	return out
}

func sameFamily(family string, to netip.Addr) bool {
	switch family {
	case "ip":
		return to.Unmap().Is4()
	case "ip6":
		return to.Unmap().Is6()
	case "inet":
		return true
	}
	return false
}

type verdict int

const (
	passed verdict = iota // fell off the chain's end, or returned
	accepted
	stopped
)

// maxRules is how many rules one packet is followed through.
const maxRules = 200_000

// walk is one packet's way through one base chain.
type walk struct {
	set   *ruleset
	p     packet
	hook  string
	hit   *rule
	may   *rule // stops it, if conditions hold that we do not understand
	maybe bool  // something may have accepted it
	steps int
}

func (w *walk) chain(family, table, name string, depth int) verdict {
	if depth > 16 {
		return passed
	}
	chosen := false
	for _, r := range w.set.rules[nftKey(family, table, name)] {
		if w.steps++; w.steps > maxRules {
			w.maybe = true
			return passed
		}
		v, done := w.rule(r, depth)
		if chosen = chosen || letsUsers(r.Expr); v == stopped && w.hit.Handle == r.Handle {
			w.hit.Chosen = chosen
		}
		if done {
			return v
		}
	}
	return passed
}

// letsUsers says that a rule lets what some users of this machine send through.
func letsUsers(expr []map[string]json.RawMessage) bool {
	user, through := false, false
	for _, e := range expr {
		for word, raw := range e {
			user = user || word == "match" && (bytes.Contains(raw, []byte(`"skuid"`)) || bytes.Contains(raw, []byte(`"skgid"`)))
			through = through || word == "accept" || word == "return"
		}
	}
	return user && through
}

// rule judges one rule; done says that the chain ends here.
func (w *walk) rule(r nftRule, depth int) (verdict, bool) {
	is := yes
	var sets []string
	for _, e := range r.Expr {
		for word, raw := range e {
			switch word {
			case "match":
				is = min(is, w.match(r, raw, &sets))
			case "counter", "log", "comment", "limit", "quota":
			case "accept":
				if is == yes {
					return accepted, true
				}
				w.maybe = w.maybe || is == unsure
			case "drop", "reject", "redirect", "dnat":
				if is == no || (word == "redirect" || word == "dnat") && !moves(raw, w.p) {
					break
				}
				found := &rule{Tool: "nft", Family: r.Family, Table: r.Table, Chain: r.Chain, Hook: w.hook, Handle: r.Handle, Text: nftText(r.Expr), Verdict: word, Sets: sets, Sure: is == yes && !w.maybe}
				if is == yes {
					w.hit = found
					return stopped, true
				}
				if w.may == nil {
					w.may = found
				}
			case "jump", "goto":
				if is == no {
					break
				}
				if v, done := w.jump(r, raw, word, is, depth); done {
					return v, true
				}
			case "return":
				if is == yes {
					return passed, true
				}
			case "vmap":
				if v, done := w.vmap(r, raw, is, depth); done {
					return v, true
				}
			case "mangle", "queue":
				if is > no {
					w.maybe = true
				}
			}
		}
		if is == no {
			break
		}
	}
	return passed, false
}

// moves says that a redirect or dnat sends a packet elsewhere than it was meant for (libnftables-json(5)).
func moves(raw json.RawMessage, p packet) bool {
	var to struct {
		Addr string
		Port int
	}
	if json.Unmarshal(raw, &to) != nil {
		return false
	}
	return to.Port != 0 && to.Port != p.port || to.Addr != "" && to.Addr != p.to.Unmap().String()
}

func (w *walk) jump(r nftRule, raw json.RawMessage, word string, is answer, depth int) (verdict, bool) {
	var to struct{ Target string }
	if json.Unmarshal(raw, &to) != nil {
		return passed, false
	}
	v := w.chain(r.Family, r.Table, to.Target, depth+1)
	if is == unsure {
		if v == stopped && w.may == nil {
			w.hit.Sure = false
			w.may = w.hit
		}
		w.maybe = w.maybe || v == accepted
		return passed, false
	}
	return v, v != passed || word == "goto"
}

// nftText is a rule in short, where `nft -a list chain` does not tell it better.
func nftText(expr []map[string]json.RawMessage) string {
	b, err := json.Marshal(expr)
	if err != nil {
		return "a rule"
	}
	return string(b)
}
