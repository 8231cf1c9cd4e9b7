package wizard

import (
	"context"
	"time"

	"fix502/checks"
	"fix502/checks/marks"
	"fix502/checks/visit"
	"fix502/sysinfo"
)

// Visit runs the visitor's live checks to the end and reports.
func Visit(ctx context.Context, f *sysinfo.Facts, o Options) Report {
	start, clock := f.Host.Now(), time.Now()
	var results []Result
	for e := range checks.Run(ctx, f, visit.Checks()) {
		if e.Settled {
			results = append(results, Result{e.Check, e.Findings, e.Took})
		}
	}
	r := VisitReport(ctx, f, o, results)
	r.Started, r.Elapsed = start, time.Since(clock).Milliseconds()
	return r
}

// VisitReport puts the visitor's settled checks together.
func VisitReport(ctx context.Context, f *sysinfo.Facts, o Options, results []Result) Report {
	r := Report{Schema: Schema, Version: o.Version, Host: Machine{checks.Quote(f.Host.Name), checks.Quote(f.OS()), f.Host.UID == 0},
		Verdict: Unclear, Summary: "the page could not be asked for", Causes: []Cause{}, RuledOut: []Ruled{}, Paths: []Path{}, Checks: []Row{},
		Errors: Errors{Window: f.Since.String(), PerMinute: [][2]int64{}, Groups: []Group{}}, Coverage: coverage(results, "")}
	for _, c := range visit.Checks() {
		for _, res := range results {
			if res.Check.ID == c.ID {
				r.Checks = append(r.Checks, rowOf(res))
				if c.ID == "visit-repeat" {
					r.visited(res.Worst())
				}
			}
		}
	}
	answers, err := visit.Tries(ctx, f)
	if err == nil && len(answers) > 0 {
		r.Paths = []Path{visitPath(f, answers)}
	}
	return r
}

// visited takes the verdict from what the page answered.
func (r *Report) visited(f checks.Finding) {
	r.Summary = checks.Quote(f.Summary)
	switch {
	case f.Status == checks.Pass:
		r.Verdict, r.Summary = Healthy, "the page "+r.Summary
	case f.Status == checks.Fail && f.When == checks.Intermittent:
		r.Verdict = Intermittent
	case f.Status == checks.Fail:
		r.Verdict = Unexplained
	}
}

// visitPath is what can be seen of the way from outside.
func visitPath(f *sysinfo.Facts, answers []sysinfo.Answer) Path {
	last := answers[len(answers)-1]
	p := Path{Site: checks.Quote(last.Question.Host)}
	stop := Stop{Kind: "server", Address: last.Question.Address, Status: checks.Pass, MS: float64(last.Took.Microseconds()) / 1000, Says: "answers " + last.Word()}
	s := marks.Fingerprint(last)
	if s.Name != "" {
		stop.Kind = checks.Quote(s.Name)
	}
	if last.Status == 0 {
		stop.Status, stop.Says = checks.Fail, "no answer"
	}
	p.Hops = append(p.Hops, stop)
	if visit.Bad(last) {
		p.Hops = append(p.Hops, Stop{Kind: "what is behind it", Status: checks.Fail, Says: "no proper answer from here"})
	}
	return p
}
