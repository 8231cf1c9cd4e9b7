package wizard

import (
	"context"
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
		r.Causes = append(r.Causes, causeOf(ctx, f, c))
	}
	for _, res := range ordered {
		r.Checks = append(r.Checks, rowOf(res))
	}
	r.Started, r.Changes = f.Host.Now(), []Change{}
	r.Paths, r.Errors = []Path{}, Errors{Window: f.Since.String(), PerMinute: [][2]int64{}, Asked: [][2]int64{}, Groups: []Group{}}
	if p, ok := within(func() []Path { return paths(ctx, f, causes, asksStores(list)) }); ok {
		r.Paths = p
	}
	if e, ok := within(func() Errors { return errorsOf(ctx, f) }); ok {
		r.Errors = e
		r.Errors.name(causes, found)
	}
	if c, ok := within(func() history { return historyOf(ctx, f) }); ok {
		r.Changes, r.Unseen = c.changes, c.unseen
	} else {
		r.Unseen = []string{"everything: it took too long"}
	}
	if r.Errors.Total > 0 {
		r.began(r.Errors.firsts, f.Since)
	}
	type said struct {
		v    Verdict
		s    string
		slow *sysinfo.Answer
	}
	if v, ok := within(func() said {
		v, s, slow := verdict(ctx, f, causes, r.Coverage, slices.Concat(found["maintenance-503"], found["upstream-returned-5xx"], found["haproxy-all-servers-down"]))
		return said{v, s, slow}
	}); ok {
		r.Verdict, r.Summary = v.v, v.s
		if v.slow != nil && r.Coverage.Looked*2 >= r.Coverage.Total {
			r.Verdict, r.Summary = waited(ctx, *v.slow, v.v, v.s)
		}
	} else {
		r.Verdict, r.Summary = Unclear, "something on this machine hangs, and too little could be looked at to say"
	}
	if whole := len(ordered) == len(list) && len(o.Only)+len(o.Skip) == 0; r.Verdict == Unexplained && whole && (f.Host.UID == 0 || len(r.Coverage.Missing) == 0) {
		r.byLine(ctx, f, asksStores(list))
	}
	if o := r.Errors.Onset; o != nil && len(r.Causes) == 0 { // of what is over nobody asks why it began
		if o.After = nil; r.Verdict == Healthy { // nor when: what is listed may be of several days and sites
			r.Errors.Onset = nil
		}
	}
	return r
}

// byLine names what the gateway's line about our own visit speaks for, where no check has found why the page fails.
func (r *Report) byLine(ctx context.Context, f *sysinfo.Facts, stores bool) {
	c, ok := within(func() *checks.Cause { return checks.LineOfVisit(ctx, f) })
	if !ok || c == nil {
		return
	}
	r.Causes = append(r.Causes, causeOf(ctx, f, *c))
	r.Verdict, r.Summary = Broken, r.Causes[0].Title
	if p, ok := within(func() []Path { return paths(ctx, f, []checks.Cause{*c}, stores) }); ok {
		r.Paths = p
	}
}

// asksStores says that a run's checks log in to databases, so that the drawing may ask them, too.
func asksStores(list []checks.Check) bool {
	return slices.ContainsFunc(list, func(c checks.Check) bool { return c.ID == "database-unreachable" })
}

// patience is how long a report waits for a fact. By then a check has asked for it, so what is not there is not coming:
// a read from a dead mount cannot be cancelled, only left behind.
const patience = time.Second

// within gives what work comes to, if it comes in time.
func within[T any](work func() T) (out T, ok bool) {
	ch := make(chan T, 1)
	go func() {
		defer func() {
			if recover() != nil { // one fact that falls over must not take the others along
				close(ch)
			}
		}()
		ch <- work()
	}()
	t := time.NewTimer(patience)
	defer t.Stop()
	select {
	case out, ok = <-ch:
		return out, ok
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
