package checks

import (
	"bytes"
	"encoding/json"
)

// verdict is what becomes of a packet in a chain.
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
	loose *rule // takes it out of the table of connections
	may   *rule // stops it, if conditions hold that we do not understand
	maybe bool  // something may have accepted it
	steps int

	chosen bool // a rule on the way let some users through
}

func (w *walk) chain(family, table, name string, depth int) verdict {
	if depth > 16 {
		return passed
	}
	for _, r := range w.set.rules[nftKey(family, table, name)] {
		if w.steps++; w.steps > maxRules {
			w.maybe = true
			return passed
		}
		v, done := w.rule(r, depth)
		if w.chosen = w.chosen || letsUsers(r.Expr); v == stopped {
			w.hit.Chosen = w.chosen
		}
		if done {
			return v
		}
	}
	return passed
}

// over is a limit that is kept to by all but those who go beyond it (libnftables-json(5), "LIMIT").
var over = whenAsked(`"inv":\s*true`)

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
			case "counter", "log", "comment":
			case "limit", "quota", "ct count", "set", "meter":
				if over.Match(raw) {
					is = min(is, unsure) // only what is too much
				}
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
			case "notrack":
				if is == yes {
					w.loose = &rule{Tool: "nft", Family: r.Family, Table: r.Table, Chain: r.Chain, Hook: w.hook, Handle: r.Handle, Text: nftText(r.Expr), Verdict: word, Sets: sets, Sure: true}
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
