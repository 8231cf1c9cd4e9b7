package ui

import (
	"cmp"
	"context"
	"slices"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"fix502/checks"
	"fix502/checks/visit"
	"fix502/sysinfo"
	"fix502/wizard"
)

// Messages from a run carry its number; a late one is dropped.
type (
	startedMsg struct {
		run    int
		facts  *sysinfo.Facts
		events <-chan checks.Event
	}
	eventMsg struct {
		run    int
		event  checks.Event
		events <-chan checks.Event
	}
	finishedMsg struct{ run int }
	flushMsg    struct{ run int }
	watchMsg    struct {
		run   int
		watch *sysinfo.Watch
	}
	beatMsg struct {
		run   int
		pulse sysinfo.Pulse
		logs  *sysinfo.Logs
	}
	reportMsg struct {
		run    int
		report wizard.Report
		tries  []wizard.Try
		final  bool
	}
	stepMsg struct {
		run    int
		events []checks.Event
	}
	triedMsg struct {
		run int
		try wizard.Try
	}
	laterMsg struct{ run int }
	sitesMsg struct{ sites []site }
	noteMsg  string
)

// site is a site of this machine, with how often it failed in the log.
type site struct {
	name     string
	failures int
	unheard  string // why the log tells of none, where that means nothing
}

// begin starts a run.
func begin(ctx context.Context, run int, f *sysinfo.Facts, list []checks.Check) tea.Cmd {
	return func() tea.Msg { return startedMsg{run, f, checks.Run(ctx, f, list)} }
}

// next waits for one event of a run. A recorded server settles at a pace that can be watched.
func next(run int, events <-chan checks.Event, pace time.Duration) tea.Cmd {
	return func() tea.Msg {
		e, ok := <-events
		if !ok {
			return finishedMsg{run}
		}
		if e.Settled {
			time.Sleep(pace)
		}
		return eventMsg{run, e, events}
	}
}

// follow begins to follow the logs of a run that is over.
func follow(ctx context.Context, run int, f *sysinfo.Facts) tea.Cmd {
	return func() tea.Msg { return watchMsg{run, f.Watch(ctx)} }
}

// beat looks at the machine once, and again after a while.
func beat(ctx context.Context, run int, f *sysinfo.Facts, w *sysinfo.Watch, before *sysinfo.Pulse, every time.Duration) tea.Cmd {
	look := func() tea.Msg { return beatMsg{run, f.Pulse(ctx, before), w.Look(ctx)} }
	switch {
	case before == nil:
		return look
	case every <= 0:
		return nil
	}
	return tea.Tick(every, func(time.Time) tea.Msg { return look() })
}

// report puts together what has settled.
func report(ctx context.Context, run int, f *sysinfo.Facts, o wizard.Options, w wizard.Wizard) tea.Cmd {
	return func() tea.Msg {
		if w.Role != wizard.Visitor {
			return reportMsg{run: run, report: wizard.NewReport(ctx, f, o, w.List(o), w.Results), final: w.Done}
		}
		msg := reportMsg{run: run, report: wizard.VisitReport(ctx, f, o, w.Results), final: w.Done}
		if answers, err := visit.Tries(ctx, f); err == nil && w.Done {
			for _, a := range answers {
				msg.tries = append(msg.tries, tryOf(a))
			}
		}
		return msg
	}
}

func tryOf(a sysinfo.Answer) wizard.Try {
	return wizard.Try{At: a.At, Bad: visit.Bad(a) || a.Status == 0}
}

// lookAgain runs the checks of one step once more, on fresh facts.
func lookAgain(ctx context.Context, run int, f *sysinfo.Facts, list []checks.Check) tea.Cmd {
	return func() tea.Msg {
		msg := stepMsg{run: run}
		for e := range checks.Run(ctx, f, list) {
			if e.Settled {
				msg.events = append(msg.events, e)
			}
		}
		return msg
	}
}

// askLater waits before the visitor's page is asked for again.
func askLater(run int, every time.Duration) tea.Cmd {
	if every <= 0 {
		return nil
	}
	return tea.Tick(every, func(time.Time) tea.Msg { return laterMsg{run} })
}

// askOnce asks for the visitor's page once.
func askOnce(ctx context.Context, run int, f *sysinfo.Facts) tea.Cmd {
	return func() tea.Msg {
		a, err := visit.Once(ctx, f)
		if err != nil {
			return triedMsg{run, wizard.Try{At: f.Host.Now(), Bad: true}}
		}
		return triedMsg{run, tryOf(a)}
	}
}

// findSites lists the sites of this machine, those that fail in the log first.
func findSites(ctx context.Context, o Options) tea.Cmd {
	return func() tea.Msg {
		ctx, cancel := context.WithTimeout(ctx, o.Timeout)
		defer cancel()
		f := o.Facts()
		failed, groups := map[string]int{}, checks.Groups(ctx, f)
		for _, g := range groups {
			failed[g.Site] += g.Count
		}
		var out []site
		listed := map[string]bool{} // one gateway behind another has the same names once more, or none
		for _, s := range f.Sites(ctx) {
			visited := f.VisitedAs(ctx, s)
			if listed[visited] {
				continue
			}
			listed[visited] = true
			n := failed[visited]
			for _, name := range slices.Compact(slices.Sorted(slices.Values(append(slices.Clone(s.Names), s.Name)))) {
				if name != visited {
					n += failed[name]
				}
			}
			for _, g := range groups {
				if g.Nameless(s) {
					n += g.Count
				}
			}
			row := site{name: checks.Quote(visited), failures: n}
			if n == 0 {
				row.unheard = checks.Unheard(ctx, f, s)
			}
			out = append(out, row)
		}
		slices.SortStableFunc(out, func(a, b site) int { return cmp.Compare(b.failures, a.failures) })
		return sitesMsg{out}
	}
}
