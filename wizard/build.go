package wizard

import (
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"

	"fix502/checks"
	"fix502/sysinfo"
)

// Options are what a run was asked for.
type Options struct {
	Version string
	Only    []string // check ids; empty means all
	Skip    []string
	Command string // how to run it again with root: "sudo fix502 diagnose"
}

// Checks are the owner's checks that a run was asked for, in reading order.
func (o Options) Checks() []checks.Check {
	var out []checks.Check
	for _, c := range checks.All() {
		if len(o.Only) > 0 && !slices.Contains(o.Only, string(c.ID)) || slices.Contains(o.Skip, string(c.ID)) {
			continue
		}
		out = append(out, c)
	}
	return out
}

// Diagnose runs the owner's checks to the end and reports.
func Diagnose(ctx context.Context, f *sysinfo.Facts, o Options) Report {
	start := f.Host.Now()
	clock := time.Now()
	list := o.Checks()
	var results []Result
	for e := range checks.Run(ctx, f, list) {
		if e.Settled {
			results = append(results, Result{e.Check, e.Findings, e.Took})
		}
	}
	r := NewReport(ctx, f, o, list, results)
	r.Started, r.Elapsed = start, time.Since(clock).Milliseconds()
	return r
}

// NewReport puts settled checks together; it may be called before all have settled.
func NewReport(ctx context.Context, f *sysinfo.Facts, o Options, list []checks.Check, results []Result) Report {
	byID := map[checks.ID]Result{}
	found := map[checks.ID][]checks.Finding{}
	for _, r := range results {
		byID[r.Check.ID], found[r.Check.ID] = r, r.Findings
	}
	ordered := make([]Result, 0, len(results))
	for _, c := range list {
		if r, ok := byID[c.ID]; ok {
			ordered = append(ordered, r)
		}
	}
	causes := checks.Explain(list, found)
	r := Report{Schema: Schema, Version: o.Version, Host: Machine{checks.Quote(f.Host.Name), checks.Quote(f.OS()), f.Host.UID == 0},
		Causes: []Cause{}, RuledOut: ruledOut(causes, ordered), Checks: []Row{}, Coverage: coverage(ordered, o.Command)}
	for _, c := range causes {
		r.Causes = append(r.Causes, causeOf(c))
	}
	for _, res := range ordered {
		r.Checks = append(r.Checks, rowOf(res))
	}
	r.Paths, r.Errors = []Path{}, Errors{Window: f.Since.String(), PerMinute: [][2]int64{}, Groups: []Group{}}
	if p, ok := within(func() []Path { return paths(ctx, f, causes) }); ok {
		r.Paths = p
	}
	if e, ok := within(func() Errors { return errorsOf(ctx, f) }); ok {
		r.Errors = e
		r.Errors.name(causes, found)
	}
	type said struct {
		v Verdict
		s string
	}
	if v, ok := within(func() said { v, s := verdict(ctx, f, causes, r.Coverage); return said{v, s} }); ok {
		r.Verdict, r.Summary = v.v, v.s
	} else {
		r.Verdict, r.Summary = Unclear, "something on this machine hangs, and too little could be looked at to say"
	}
	return r
}

// patience is how long a report waits for a fact. By then a check has asked for it, so what is not there is not coming:
// a read from a dead mount cannot be cancelled, only left behind.
const patience = time.Second

// within gives what work comes to, if it comes in time.
func within[T any](work func() T) (out T, ok bool) {
	ch := make(chan T, 1)
	go func() { ch <- work() }()
	t := time.NewTimer(patience)
	defer t.Stop()
	select {
	case out = <-ch:
		return out, true
	case <-t.C:
		return out, false
	}
}

// ruledOut are the rivals of the first cause that were looked at and cleared.
func ruledOut(causes []checks.Cause, results []Result) []Ruled {
	out := []Ruled{}
	if len(causes) == 0 {
		return out
	}
	first := causes[0]
	for _, r := range results {
		if !rivals(first.Check, r.Check) || slices.Contains(first.Follows, r.Check.ID) {
			continue
		}
		for _, f := range r.Findings {
			if f.Status == checks.Pass && f.Summary != "" && !strings.HasPrefix(f.Summary, "no such line") && (f.Hop == nil || first.Finding.Hop == nil || f.Hop == first.Finding.Hop) {
				out = append(out, Ruled{r.Check.ID, checks.Quote(f.Summary)})
				break
			}
		}
	}
	return out
}

// rivals are causes of which one may be taken for the other: one would explain the other away.
func rivals(a, b checks.Check) bool {
	return a.ID != b.ID && (slices.Contains(a.After, b.ID) || slices.Contains(b.After, a.ID))
}

// verdict is the word and the sentence of a run.
func verdict(ctx context.Context, f *sysinfo.Facts, causes []checks.Cause, c Coverage) (Verdict, string) {
	if len(causes) > 0 {
		first := causes[0]
		where := ""
		if s := first.Finding.At(); s != nil {
			where = s.Name + ": "
		}
		say := checks.Quote(where + first.Finding.Summary)
		if first.Now() {
			return Broken, say
		}
		return Intermittent, say
	}
	bad, slow, good, silent := answered(ctx, f)
	switch {
	case bad != nil:
		return Unexplained, checks.Quote(fmt.Sprintf("%s answers %d and none of the known causes fits; the logs and the checklist below are what is known", bad.Question.Host+bad.Question.URI, bad.Status))
	case good > 0 && silent == 0 && c.Looked*2 < c.Total:
		return Unclear, "the site answers now; whether it failed lately could not be seen: most of the logs and states need root"
	case slow != nil:
		return Unclear, checks.Quote(fmt.Sprintf("%s had not answered after %s; that is slow, and no failure yet", slow.Question.Host+slow.Question.URI, slow.Took.Round(100*time.Millisecond)))
	case c.Total > 0 && c.Looked*2 < c.Total, good == 0 && silent > 0, c.Looked == 0:
		return Unclear, "too little could be looked at to say; see what is missing"
	case good == 0 && !f.Serves(ctx):
		return Unclear, "no web server that fix502 knows was found here"
	}
	return Healthy, healthy(good)
}

func healthy(sites int) string {
	switch sites {
	case 0:
		return "no cause of a 502 was found"
	case 1:
		return "the site answers, and no cause of a 502 was found"
	}
	return fmt.Sprintf("%d sites answer, and no cause of a 502 was found", sites)
}

// answered sorts what the asked sites said: a gateway's failure, nothing in time, an answer, silence.
func answered(ctx context.Context, f *sysinfo.Facts) (bad, slow *sysinfo.Answer, good, silent int) {
	for _, s := range f.Sites(ctx) {
		answers := f.Answers(ctx, s)
		ok := false
		for i, a := range answers {
			switch {
			case a.Status >= 502 && a.Status <= 504, a.Status == 500 && i == 0:
				bad = &answers[i]
			case a.Status > 0:
				ok = true
			case a.TimedOut() && i == 0:
				slow = &answers[i]
			}
		}
		if ok {
			good++
		} else {
			silent++
		}
	}
	return bad, slow, good, silent
}

// paths draws each asked site's way, with the state of every hop.
func paths(ctx context.Context, f *sysinfo.Facts, causes []checks.Cause) []Path {
	out := []Path{}
	for _, s := range f.Sites(ctx) {
		p := Path{Site: checks.Quote(s.Name), Hops: []Stop{gatewayStop(ctx, f, s)}}
		seen := map[string]bool{}
		for _, h := range s.Hops {
			key := h.Scheme + h.Address()
			if !seen[key] {
				p.Hops = append(p.Hops, hopStop(ctx, f, h, causes))
			}
			seen[key] = true
		}
		p.blame(s, causes)
		out = append(out, p)
	}
	for i := range out {
		out[i].Through = through(out, i)
	}
	return out
}

// through are the gateways in front of a path's own: those of the paths that lead to where it listens.
func through(all []Path, i int) []Stop {
	var out []Stop
	for range 4 { // a circle of proxies has no end
		at := slices.IndexFunc(all, func(q Path) bool { return q.leadsTo(all[i]) })
		if at < 0 || at == i {
			break
		}
		out, i = append([]Stop{all[at].Hops[0]}, out...), at
	}
	return out
}

// leadsTo says that a hop of p ends where the gateway of inner listens.
func (p Path) leadsTo(inner Path) bool {
	for _, l := range strings.Split(inner.Hops[0].Address, ", ") {
		for _, h := range p.Hops[1:] {
			if h.Address == l || loopback(h.Address) && unspecified(l) && h.Address[strings.LastIndexByte(h.Address, ':'):] == l[strings.LastIndexByte(l, ':'):] {
				return l != ""
			}
		}
	}
	return false
}

func loopback(addr string) bool {
	return strings.HasPrefix(addr, "127.") || strings.HasPrefix(addr, "[::1]:") || strings.HasPrefix(addr, "localhost:")
}

func unspecified(addr string) bool {
	return strings.HasPrefix(addr, "0.0.0.0:") || strings.HasPrefix(addr, "[::]:")
}

func gatewayStop(ctx context.Context, f *sysinfo.Facts, s *sysinfo.Site) Stop {
	g := s.Gateway
	st := Stop{Kind: g.Kind, Address: listenText(s), Status: checks.Pass, Says: "running", Where: placeOf(s.Where)}
	if !g.Running() {
		st.Status, st.Says = checks.Fail, "not running"
	}
	for _, a := range f.Answers(ctx, s) {
		if a.Status > 0 {
			st.MS = float64(a.Took.Microseconds()) / 1000
			st.Says = fmt.Sprintf("answers %d", a.Status)
			break
		}
	}
	return st
}

// blame marks the cause that lies in a site's own configuration and not at one of its hops: behind the gateway when it
// answers, for then a request comes so far, and else at the gateway itself.
func (p *Path) blame(s *sysinfo.Site, causes []checks.Cause) {
	for _, c := range causes {
		if c.Finding.Hop != nil || c.Finding.Site != s || p.Broken() {
			continue
		}
		at := 0
		if len(p.Hops) > 1 && strings.HasPrefix(p.Hops[0].Says, "answers") {
			at = 1
		}
		p.Hops[at].Status, p.Hops[at].Says = checks.Fail, "not reached: "+string(c.Check.ID)
		if at == 0 {
			p.Hops[at].Says = string(c.Check.ID)
		}
	}
}

func hopStop(ctx context.Context, f *sysinfo.Facts, h *sysinfo.Hop, causes []checks.Cause) Stop {
	st := Stop{Kind: h.To, Address: checks.Quote(h.Address()), Where: placeOf(h.Where), Status: checks.Pass, Says: "listens"}
	r := f.Reach(ctx, h)
	switch {
	case r.Err != nil:
		st.Status, st.Says = checks.Unknown, checks.Quote(r.Err.Error())
	case r.Errno != 0:
		st.Status, st.Says = checks.Warn, r.Errno.Error()
	}
	for _, c := range causes {
		if o := c.Finding.Hop; o != nil && (o == h || o.Address() == h.Address() && o.Site == h.Site) {
			if st.Status = checks.Fail; r.Errno == 0 {
				st.Says = checks.Quote(c.Finding.Summary)
			}
			break
		}
	}
	return st
}

func listenText(s *sysinfo.Site) string {
	var out []string
	for _, l := range s.Listen {
		if l.Unix != "" {
			out = append(out, "unix:"+l.Unix)
		} else if l.Addr != (netip.AddrPort{}) {
			out = append(out, l.Addr.String())
		}
	}
	return checks.Quote(strings.Join(out, ", "))
}

// name gives the groups of a broken hop the cause that was proven, where the one guessed from the line alone was not.
func (e *Errors) name(causes []checks.Cause, found map[checks.ID][]checks.Finding) {
	failed := func(f checks.Finding) bool { return f.Status == checks.Fail }
	for i, g := range e.Groups {
		if slices.ContainsFunc(found[g.ID], failed) {
			continue
		}
		for _, c := range causes {
			if h := c.Finding.Hop; h != nil && c.Now() && g.Upstream == checks.Quote(h.Address()) {
				e.Groups[i].ID = c.Check.ID
				break
			}
		}
	}
}

// errorsOf sums the logs of the window up.
func errorsOf(ctx context.Context, f *sysinfo.Facts) Errors {
	out := Errors{Window: f.Since.String(), PerMinute: [][2]int64{}, Groups: []Group{}}
	for _, g := range checks.Groups(ctx, f) {
		out.Total += g.Count
		out.Groups = append(out.Groups, Group{g.ID, g.Count, checks.Quote(g.Upstream), checks.Quote(g.Site)})
		if !g.First.IsZero() && (out.First == nil || g.First.Before(*out.First)) {
			out.First = &g.First
		}
		if out.Last == nil || g.Last.After(*out.Last) {
			out.Last = &g.Last
		}
	}
	minutes := checks.Minutes(ctx, f)
	for m := range minutes {
		out.PerMinute = append(out.PerMinute, [2]int64{m, int64(minutes[m])})
	}
	slices.SortFunc(out.PerMinute, func(a, b [2]int64) int { return int(a[0] - b[0]) })
	return out
}
