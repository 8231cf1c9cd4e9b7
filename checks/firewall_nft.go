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
	var loose *rule
	for _, hook := range p.hooks() {
		for _, c := range s.chains {
			if c.Hook != hook || c.Type == "nat" && hook != "output" || !sameFamily(c.Family, p.to) || s.foreign(c) {
				continue
			}
			w := walk{set: s, p: p, hook: hook}
			verdict := w.chain(c.Family, c.Table, c.Name, 0)
			loose = cmp.Or(loose, w.loose)
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
	if len(out) == 0 && loose != nil && !p.back && s.asksStates() { // its own way is open; the answer belongs to no connection that the table knows
		out = append(out, *loose)
	}
	return out
}

// asksStates says that a rule asks what the kernel knows of a packet's connection (nft(8), "ct state").
func (s *ruleset) asksStates() bool {
	for _, rules := range s.rules {
		for _, r := range rules {
			for _, e := range r.Expr {
				if raw := e["match"]; bytes.Contains(raw, []byte(`"ct"`)) && bytes.Contains(raw, []byte(`"state"`)) {
					return true
				}
			}
		}
	}
	return false
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

// nftText is a rule in short, where `nft -a list chain` does not tell it better.
func nftText(expr []map[string]json.RawMessage) string {
	b, err := json.Marshal(expr)
	if err != nil {
		return "a rule"
	}
	return string(b)
}
