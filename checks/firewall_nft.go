package checks

import (
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
		}
	}
	if len(b) == 0 {
		return &ruleset{}, nil
	}
	if err := json.Unmarshal(b, &doc); err != nil {
		return nil, fmt.Errorf("read nft's ruleset: %w", err)
	}
	s := &ruleset{rules: map[string][]nftRule{}, sets: map[string][]json.RawMessage{}}
	for _, o := range doc.Nftables {
		switch {
		case o.Chain != nil:
			s.chains = append(s.chains, *o.Chain)
		case o.Rule != nil:
			k := nftKey(o.Rule.Family, o.Rule.Table, o.Rule.Chain)
			s.rules[k] = append(s.rules[k], *o.Rule)
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
			if c.Hook != hook || c.Type == "nat" || !sameFamily(c.Family, p.to) || s.foreign(c) {
				continue
			}
			w := walk{set: s, p: p, hook: hook}
			verdict := w.chain(c.Family, c.Table, c.Name, 0)
			if w.may != nil {
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

// walk is one packet's way through one base chain.
type walk struct {
	set   *ruleset
	p     packet
	hook  string
	hit   *rule
	may   *rule // stops it, if conditions hold that we do not understand
	maybe bool  // something may have accepted it
}

func (w *walk) chain(family, table, name string, depth int) verdict {
	if depth > 16 {
		return passed
	}
	for _, r := range w.set.rules[nftKey(family, table, name)] {
		v, done := w.rule(r, depth)
		if done {
			return v
		}
	}
	return passed
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
			case "drop", "reject":
				if is == no {
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
			case "mangle", "vmap", "queue":
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

// answer is whether a condition holds.
type answer int

const (
	no answer = iota
	unsure
	yes
)

func (w *walk) match(r nftRule, raw json.RawMessage, sets *[]string) answer {
	var m struct {
		Op    string
		Left  map[string]json.RawMessage
		Right json.RawMessage
	}
	if json.Unmarshal(raw, &m) != nil {
		return unsure
	}
	have, ok := w.field(m.Left)
	if !ok {
		return unsure
	}
	got := w.among(r, have, m.Right, sets)
	if strings.Contains(string(m.Left["meta"]), `"skuid"`) && w.p.user != "" {
		got = max(got, w.among(r, w.p.user, m.Right, sets)) // some nft print names
	}
	switch {
	case m.Op == "!=" && got != unsure:
		return yes - got
	case m.Op == "==" || m.Op == "in" || m.Op == "":
		return got
	}
	return unsure
}

// field is what the packet has there; an empty text is a field that such a packet does not have.
func (w *walk) field(left map[string]json.RawMessage) (string, bool) {
	var payload struct{ Protocol, Field string }
	var key struct{ Key string }
	switch {
	case left["payload"] != nil && json.Unmarshal(left["payload"], &payload) == nil:
		return w.p.payload(payload.Protocol, payload.Field)
	case left["meta"] != nil && json.Unmarshal(left["meta"], &key) == nil:
		return w.p.meta(key.Key, w.hook)
	case left["ct"] != nil && json.Unmarshal(left["ct"], &key) == nil && key.Key == "state":
		return "new", true
	case left["fib"] != nil:
		return "", false
	}
	return "", false
}

func (p packet) payload(protocol, field string) (string, bool) {
	four := p.to.Unmap().Is4()
	switch protocol + " " + field {
	case "tcp dport", "th dport":
		return strconv.Itoa(p.port), true
	case "ip saddr":
		return addrText(p.from, four), true
	case "ip daddr":
		return addrText(p.to, four), true
	case "ip6 saddr":
		return addrText(p.from, !four), true
	case "ip6 daddr":
		return addrText(p.to, !four), true
	case "ip protocol", "ip6 nexthdr":
		return "tcp", true
	}
	if protocol == "udp" || strings.HasPrefix(protocol, "icmp") {
		return "", true
	}
	return "", false
}

func addrText(a netip.Addr, ok bool) string {
	if !ok || !a.IsValid() {
		return ""
	}
	return a.Unmap().String()
}

func (p packet) meta(key, hook string) (string, bool) {
	out := hook == "output" || hook == "postrouting"
	switch key {
	case "iif", "iifname":
		if out {
			return "", true
		}
		return p.dev, true
	case "oif", "oifname":
		if !out {
			return "", true
		}
		return p.dev, true
	case "l4proto":
		return "tcp", true
	case "nfproto":
		if p.to.Unmap().Is4() {
			return "ipv4", true
		}
		return "ipv6", true
	case "skuid":
		return strconv.Itoa(p.uid), out && p.uid >= 0
	case "skgid":
		return strconv.Itoa(p.gid), out && p.gid >= 0
	}
	return "", false
}

// among says whether a value is the right side of a match: a value, a range, a network, a list, a named set.
func (w *walk) among(r nftRule, have string, right json.RawMessage, sets *[]string) answer {
	var word string
	var num float64
	var list []json.RawMessage
	var obj struct {
		Set    json.RawMessage
		Range  []json.RawMessage
		Prefix *struct {
			Addr string
			Len  int
		}
		Elem *struct{ Val json.RawMessage }
	}
	switch {
	case json.Unmarshal(right, &word) == nil:
		if name, ok := strings.CutPrefix(word, "@"); ok {
			*sets = append(*sets, name)
			return w.list(r, have, w.set.sets[nftKey(r.Family, r.Table, name)], sets)
		}
		return truth(have != "" && (strings.EqualFold(have, word) || strings.HasSuffix(word, "*") && strings.HasPrefix(have, strings.TrimSuffix(word, "*"))))
	case json.Unmarshal(right, &num) == nil:
		return truth(have == strconv.Itoa(int(num)))
	case json.Unmarshal(right, &list) == nil:
		return w.list(r, have, list, sets)
	case json.Unmarshal(right, &obj) != nil:
		return unsure
	case obj.Set != nil:
		return w.among(r, have, obj.Set, sets)
	case obj.Elem != nil:
		return w.among(r, have, obj.Elem.Val, sets)
	case obj.Prefix != nil:
		net, err := netip.ParsePrefix(fmt.Sprintf("%s/%d", obj.Prefix.Addr, obj.Prefix.Len))
		a, err2 := netip.ParseAddr(have)
		return truth(err == nil && err2 == nil && net.Contains(a))
	case len(obj.Range) == 2:
		return inRange(have, string(obj.Range[0]), string(obj.Range[1]))
	}
	return unsure
}

func (w *walk) list(r nftRule, have string, list []json.RawMessage, sets *[]string) answer {
	best := no
	for _, e := range list {
		best = max(best, w.among(r, have, e, sets))
	}
	return best
}

func inRange(have, lo, hi string) answer {
	lo, hi = strings.Trim(lo, `"`), strings.Trim(hi, `"`)
	if a, err := netip.ParseAddr(have); err == nil {
		l, err1 := netip.ParseAddr(lo)
		h, err2 := netip.ParseAddr(hi)
		return truth(err1 == nil && err2 == nil && !a.Less(l) && !h.Less(a))
	}
	n, err := strconv.Atoi(have)
	l, err1 := strconv.Atoi(lo)
	h, err2 := strconv.Atoi(hi)
	return truth(err == nil && err1 == nil && err2 == nil && l <= n && n <= h)
}

func truth(b bool) answer {
	if b {
		return yes
	}
	return no
}

// nftText is a rule in short, where `nft -a list chain` does not tell it better.
func nftText(expr []map[string]json.RawMessage) string {
	b, err := json.Marshal(expr)
	if err != nil {
		return "a rule"
	}
	return string(b)
}
