package checks

import (
	"cmp"
	"slices"

	"fix502/sysinfo"
)

// Cause is a failed finding that no other finding explains away.
type Cause struct {
	Check   Check
	Finding Finding
	Follows []ID // findings that this one explains
}

// Explain tells causes from what only follows from them, and puts the likeliest first: what happens now before
// what comes and goes, the surer before the less sure, then the order of the list.
func Explain(list []Check, found map[ID][]Finding) []Cause {
	var all []Cause
	order := map[ID]int{}
	for i, c := range list {
		order[c.ID] = i
		for _, f := range found[c.ID] {
			if f.Status == Fail {
				all = append(all, Cause{Check: c, Finding: f})
			}
		}
	}
	told := sameStories(all)
	leads := chains(all, told)
	var out []Cause
	for i, c := range all {
		if slices.ContainsFunc(leads, func(l []bool) bool { return l[i] }) && !first(leads, i) {
			continue
		}
		for j, other := range all {
			if j != i && told[j] == i {
				c.Finding.alsoAt(other.Finding)
				continue
			}
			if j != i && leads[i][j] && !slices.Contains(c.Follows, other.Check.ID) && (other.Check.ID != "host-overloaded" || slices.Contains(loads[:], c.Check.ID)) {
				c.Follows = append(c.Follows, other.Check.ID)
			}
			if j != i && leads[i][j] && c.Finding.stands && other.Now() { // it has just failed a page
				c.Finding.When = Now
			}
		}
		out = append(out, c)
	}
	slices.SortStableFunc(out, func(a, b Cause) int {
		return cmp.Or(cmp.Compare(a.rank(), b.rank()), cmp.Compare(b.Sure(), a.Sure()), cmp.Compare(order[a.Check.ID], order[b.Check.ID]))
	})
	return askedFirst(out)
}

// loads are the causes that give a machine more to do than it can. Of the others the load is not the cause's work, though it may stand
// beside it: a short time limit computes nothing.
var loads = [...]ID{"fpm-workers-exhausted", "listen-backlog-full-unix", "listen-backlog-full-tcp", "apache-maxrequestworkers", "io-hang", "oom-killed", "mysql-slow"}

// askedFirst puts the cause of a page that was asked for, and has just failed, before one of its kind that is known from other pages.
func askedFirst(out []Cause) []Cause {
	for i, c := range out {
		if c.Finding.hit && c.Check.ID == out[0].Check.ID && c.Now() == out[0].Now() {
			if !out[0].Finding.hit {
				return slices.Insert(slices.Delete(out, i, i+1), 0, c)
			}
			break
		}
	}
	return out
}

// chains says which findings each one explains, directly or through others: a crash explains the reload it brings
// about, and that reload the requests it cuts.
func chains(all []Cause, told []int) [][]bool {
	leads := make([][]bool, len(all))
	for i := range all {
		leads[i] = make([]bool, len(all))
		for todo := []int{i}; len(todo) > 0; {
			at := todo[0]
			todo = todo[1:]
			for j := range all {
				if j != at && !leads[i][j] && (told[j] == at || all[at].explains(all[j])) {
					leads[i][j] = true
					todo = append(todo, j)
				}
			}
		}
	}
	return leads
}

// first says that whatever explains i is explained by it as well, and comes later in the list.
func first(leads [][]bool, i int) bool {
	for j := range leads {
		if j != i && leads[j][i] && (!leads[i][j] || j < i) {
			return false
		}
	}
	return true
}

// explains says that other would be there because of c.
func (c Cause) explains(other Cause) bool {
	if c.Now() != other.Now() && !c.Now() && !c.Finding.stands {
		return false // what comes and goes does not explain what is broken now
	}
	if c.Finding.astray || other.Finding.astray {
		return c.Finding.astray && slices.Contains(c.Finding.inner, other.Finding.At()) || c.Finding.astray && c.Finding.At() == other.Finding.At()
	}
	if c.behind(other) {
		return true
	}
	if !slices.Contains(other.Check.After, c.Check.ID) && !slices.Contains(c.Finding.Covers, other.Check.ID) {
		return false
	}
	return related(c.Finding, other.Finding)
}

// handedOn are what an outer gateway says of requests that reach an inner one and fail there.
var handedOn = [...]ID{"upstream-returned-5xx", "upstream-read-timeout", "upstream-premature-close", "mid-body-failure", "apache-proxy-timeout",
	"haproxy-all-servers-down", "varnish-backend-unhealthy", "varnish-backend-fetch-failed", "caddy-no-upstreams"}

// behind says that other is only what a gateway in front makes of c: its hop leads to the very site that c is about, through other gateways maybe.
func (c Cause) behind(other Cause) bool {
	return slices.Contains(handedOn[:], other.Check.ID) && slices.Contains(other.Finding.inner, c.Finding.At())
}

// related says that two findings may be one story: the machine has to do with everything, a site with its hops,
// and hops with those that share the other end.
func related(a, b Finding) bool {
	if a.Hop != nil && b.Hop != nil {
		return a.Hop == b.Hop || a.Hop.Via == b.Hop || b.Hop.Via == a.Hop || a.Hop.Address() == b.Hop.Address() || a.Hop.Block != "" && a.Hop.Block == b.Hop.Block && a.Hop.Site == b.Hop.Site
	}
	sa, sb := a.At(), b.At()
	return sa == nil || sb == nil || sa == sb
}

// At is the site a finding is about, nil for the machine.
func (f Finding) At() *sysinfo.Site {
	if f.Hop != nil {
		return f.Hop.Site
	}
	return f.Site
}

func (c Cause) rank() int {
	if c.Now() {
		return 0
	}
	return 1
}

// Now says that the cause works at this moment.
func (c Cause) Now() bool { return c.Finding.When != Intermittent }

// Sure is the confidence, 0 to 1.
func (c Cause) Sure() float64 {
	if c.Finding.Confidence == 0 {
		return 0.9
	}
	return c.Finding.Confidence
}
