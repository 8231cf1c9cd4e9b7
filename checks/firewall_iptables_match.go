package checks

import (
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
)

// matches reads one rule's conditions (iptables-extensions(8)).
func (p packet) matches(w []string, hook string) (is answer, target string, sets []string) {
	is = yes
	not := false
	for i := 0; i < len(w); i++ {
		arg := ""
		if i+1 < len(w) {
			arg = w[i+1]
		}
		got := yes
		switch w[i] {
		case "!":
			not = true
			continue
		case "-j", "-g":
			return is, arg, sets
		case "-p":
			got = truth(arg == "tcp" || arg == "all")
		case "-m":
			i++
			continue
		case "-s":
			if got = within4(p.from, arg); p.anybody() {
				got = unsure
			}
		case "-d":
			got = within4(p.to, arg)
		case "-i", "-o":
			v, known := p.meta(map[string]string{"-i": "iif", "-o": "oif"}[w[i]], hook)
			got = truth(v != "" && (v == arg || strings.HasSuffix(arg, "+") && strings.HasPrefix(v, strings.TrimSuffix(arg, "+"))))
			if !known || p.anybody() && arg != "lo" {
				got = unsure
			}
		case "--dport", "--dports", "--destination-port":
			got = portIn(p.dport(), arg)
		case "--sport", "--sports", "--source-port":
			if got = unsure; p.back {
				got = portIn(p.port, arg)
			}
		case "--dst-type":
			kind := "UNICAST"
			if p.out == "" && (p.in || p.local) {
				kind = "LOCAL"
			}
			got = truth(arg == kind)
		case "--uid-owner", "--gid-owner":
			got = ownerIs(map[string]int{"--uid-owner": p.uid, "--gid-owner": p.gid}[w[i]], arg)
		case "--state", "--ctstate":
			got = truth(slices.Contains(strings.Split(arg, ","), strings.ToUpper(p.state())))
		case "--comment", "--reject-with", "--tcp-flags":
			if strings.HasPrefix(arg, `"`) {
				for i+1 < len(w) && !strings.HasSuffix(w[i+1], `"`) {
					i++
				}
			}
			if w[i] == "--tcp-flags" {
				if i++; i+1 < len(w) {
					got = p.flagged(arg, w[i+1])
				}
			}
		case "--match-set":
			sets = append(sets, arg)
			got = unsure
			if i++; i+1 < len(w) {
				got = p.inSet(arg, w[i+1])
			}
		default:
			got = unsure
			if !strings.HasPrefix(w[i], "-") {
				continue
			}
			if strings.HasPrefix(arg, "-") {
				i--
			}
		}
		i++
		if not && got != unsure {
			got = yes - got
		}
		not = false
		is = min(is, got)
	}
	return is, target, sets
}

// flagged says that the first packet of a connection, with SYN alone, or the answer to it, with SYN and ACK, is meant by a pair of flags: those looked
// at, and those set among them.
func (p packet) flagged(looked, set string) answer {
	var has []string
	for _, flag := range []string{"SYN", "ACK"}[:1+map[bool]int{true: 1}[p.back]] {
		if looked == "ALL" || slices.Contains(strings.Split(looked, ","), flag) {
			has = append(has, flag)
		}
	}
	want := strings.Split(set, ",")
	if set == "NONE" {
		want = nil
	}
	slices.Sort(want)
	slices.Sort(has)
	return truth(slices.Equal(has, want))
}

func within4(a netip.Addr, prefix string) answer {
	if !strings.Contains(prefix, "/") {
		other, err := netip.ParseAddr(prefix)
		return truth(err == nil && other == a.Unmap())
	}
	net, err := netip.ParsePrefix(prefix)
	if err != nil {
		return unsure
	}
	return truth(a.IsValid() && net.Contains(a.Unmap()))
}

func portIn(port int, list string) answer {
	for part := range strings.SplitSeq(list, ",") {
		lo, hi, isRange := strings.Cut(part, ":")
		if !isRange {
			hi = lo
		}
		if inRange(fmt.Sprint(port), lo, hi) == yes {
			return yes
		}
	}
	return no
}

func ownerIs(id int, arg string) answer {
	lo, hi, isRange := strings.Cut(arg, "-")
	if !isRange {
		hi = lo
	}
	if _, err := strconv.Atoi(lo); err != nil || id < 0 {
		return unsure // a name
	}
	return inRange(fmt.Sprint(id), lo, hi)
}
