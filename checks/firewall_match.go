package checks

import (
	"encoding/json"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

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
	if w.p.anybody() && strings.Contains(string(m.Left["meta"]), `"iif`) && string(m.Right) != `"lo"` {
		got = unsure
	}
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
		return w.p.state(), true
	case left["ct"] != nil && key.Key == "status":
		return w.p.status()
	case left["fib"] != nil:
		return "", false
	}
	return "", false
}

func (p packet) payload(protocol, field string) (string, bool) {
	four := p.to.Unmap().Is4()
	if p.anybody() && field == "saddr" {
		return "", four != (protocol == "ip")
	}
	switch protocol + " " + field {
	case "tcp dport", "th dport":
		return strconv.Itoa(p.dport()), true
	case "tcp sport", "th sport":
		return strconv.Itoa(p.port), p.back
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
	if p.in && p.dev == "" && strings.HasPrefix(key, "iif") {
		return "", false
	}
	switch key {
	case "iif", "iifname":
		if out && p.out == "" {
			return "", true
		}
		return p.dev, true
	case "oif", "oifname":
		switch {
		case p.out != "" && hook != "prerouting":
			return p.out, true
		case !out:
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
		return strconv.Itoa(p.uid), out && p.out == "" && p.uid >= 0
	case "skgid":
		return strconv.Itoa(p.gid), out && p.out == "" && p.gid >= 0
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
