package checks

import "encoding/json"

// vmap judges a map of verdicts: tcp dport vmap { 22 : accept, 5000-5999 : jump closed } (libnftables-json(5)). The first
// key that fits decides.
func (w *walk) vmap(r nftRule, raw json.RawMessage, is answer, depth int) (verdict, bool) {
	var m struct {
		Key  map[string]json.RawMessage
		Data json.RawMessage
	}
	have, pairs, ok := "", []json.RawMessage(nil), false
	if json.Unmarshal(raw, &m) == nil {
		have, ok = w.field(m.Key)
		pairs = w.pairs(r, m.Data)
	}
	if !ok || is == unsure {
		w.maybe = w.maybe || is > no
		return passed, false
	}
	for _, one := range pairs {
		var pair []json.RawMessage
		var what map[string]json.RawMessage
		if is == no || json.Unmarshal(one, &pair) != nil || len(pair) != 2 || json.Unmarshal(pair[1], &what) != nil || w.among(r, have, pair[0], new([]string)) != yes {
			continue
		}
		return w.decided(r, what, depth)
	}
	return passed, false
}

// pairs are the keys and verdicts of a map, one that is written in place or one with a name.
func (w *walk) pairs(r nftRule, data json.RawMessage) []json.RawMessage {
	var in struct{ Set []json.RawMessage }
	var name string
	if json.Unmarshal(data, &name) == nil && len(name) > 1 {
		return w.set.maps[nftKey(r.Family, r.Table, name[1:])]
	}
	if json.Unmarshal(data, &in) != nil {
		return nil
	}
	return in.Set
}

// decided is one verdict of a map. What stops the packet behind a jump counts as this rule, which sent it there.
func (w *walk) decided(r nftRule, what map[string]json.RawMessage, depth int) (verdict, bool) {
	stop := &rule{Tool: "nft", Family: r.Family, Table: r.Table, Chain: r.Chain, Hook: w.hook, Handle: r.Handle, Text: nftText(r.Expr), Verdict: "drop", Sure: !w.maybe, Shared: true}
	for word, raw := range what {
		switch word {
		case "accept":
			return accepted, true
		case "drop":
			w.hit = stop
			return stopped, true
		case "return":
			return passed, true
		case "jump", "goto":
			v, done := w.jump(r, raw, word, yes, depth)
			if v == stopped {
				stop.Verdict = w.hit.Verdict
				w.hit = stop
			}
			return v, done
		}
	}
	return passed, false
}
