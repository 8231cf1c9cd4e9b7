// Package wizard is the conversation with an admin or a visitor, as a value: who they are, what was found so far,
// which steps are done. It knows no terminal. Reports, the two checklists and the pages are here as well.
package wizard

import (
	"maps"
	"slices"
	"time"

	"fix502/checks"
	"fix502/checks/visit"
	"fix502/sysinfo"
)

// Role is who sits in front of the screen.
type Role int

const (
	Nobody Role = iota // not asked yet
	Owner
	Visitor
	Learner
)

// Wizard is the state of the conversation. Its methods return a changed copy.
type Wizard struct {
	Role    Role
	URL     string
	Began   time.Time // when the conversation began
	Tasks   []Task
	Rows    map[checks.ID]Row
	Running map[checks.ID]bool
	Results []Result
	Before  *Report         // the one before the last look, to put beside it
	Report  Report          // of what has settled; the zero value before the first
	Done    bool            // every check has settled
	Tries   []Try           // the visitor's page, asked for over time
	Pulses  []sysinfo.Pulse // how busy the machine was over the last minute, oldest first

	ticks  map[string]time.Time
	titles map[checks.ID]string
}

// New starts a conversation.
func New(now time.Time) Wizard { return Wizard{Began: now} }

// Answer says who they are, and which page fails.
func (w Wizard) Answer(r Role, url string, o Options) Wizard {
	w.Role, w.URL = r, url
	w.Tasks = nil
	switch r {
	case Owner:
		w.Tasks = OwnerTasks(o.Checks())
	case Visitor:
		w.Tasks = VisitorTasks()
	}
	return w.Again()
}

// List are the checks that the role's run takes.
func (w Wizard) List(o Options) []checks.Check {
	if w.Role == Visitor {
		return visit.Checks()
	}
	return o.Checks()
}

// Again forgets what was found, before all is looked at once more. The last report stays until the new one.
func (w Wizard) Again() Wizard {
	w.Rows, w.Running, w.titles = map[checks.ID]Row{}, map[checks.ID]bool{}, map[checks.ID]string{}
	w.Results, w.Done = nil, false
	return w
}

// Apply takes one event of a run in.
func (w Wizard) Apply(e checks.Event) Wizard {
	id := e.Check.ID
	w.Rows, w.Running, w.titles = maps.Clone(w.Rows), maps.Clone(w.Running), maps.Clone(w.titles)
	w.titles[id] = e.Check.Title
	if !e.Settled {
		w.Running[id] = true
		return w
	}
	delete(w.Running, id)
	res := Result{e.Check, e.Findings, e.Took}
	w.Rows[id] = rowOf(res)
	w.Results = append(slices.DeleteFunc(slices.Clone(w.Results), func(r Result) bool { return r.Check.ID == id }), res)
	return w
}

// Tick marks a step as done by hand, or takes the mark away.
func (w Wizard) Tick(id string, now time.Time) Wizard {
	w.ticks = maps.Clone(w.ticks)
	if w.ticks == nil {
		w.ticks = map[string]time.Time{}
	}
	if _, ok := w.ticks[id]; ok {
		delete(w.ticks, id)
	} else {
		w.ticks[id] = now
	}
	return w
}

// Ticked says that a step was done by hand.
func (w Wizard) Ticked(id string) bool {
	_, ok := w.ticks[id]
	return ok
}

// Tried are the titles of the steps that were done by hand, in the list's order.
func (w Wizard) Tried() []string {
	var out []string
	for _, t := range w.Tasks {
		if w.Ticked(t.ID) {
			out = append(out, t.Title)
		}
	}
	return out
}

// StatusOf is the state of a step: of its worst check, or of its tick.
func (w Wizard) StatusOf(t Task) checks.Status {
	if t.Guided() && w.Ticked(t.ID) {
		return checks.Pass
	}
	out := checks.Skip
	switch {
	case !t.Log || w.Report.Verdict == "":
	case w.Report.Errors.Total > 0:
		out = checks.Warn
	default:
		out = checks.Pass
	}
	for _, id := range t.Checks {
		if row, ok := w.Rows[id]; ok && weight(row.Status) > weight(out) {
			out = row.Status
		}
	}
	return out
}

// Follows says that all that fails in a step is there because of a cause that has a line of its own, and which.
func (w Wizard) Follows(t Task) (checks.ID, bool) {
	by := checks.ID("")
	for _, id := range t.Checks {
		if w.Rows[id].Status != checks.Fail {
			continue
		}
		because, ok := w.Report.because(id)
		if !ok {
			return "", false
		}
		by = because
	}
	return by, by != ""
}

// because is the cause that explains a finding away.
func (r Report) because(id checks.ID) (checks.ID, bool) {
	for _, c := range r.Causes {
		if c.ID == id {
			return "", false
		}
	}
	for _, c := range r.Causes {
		if slices.Contains(c.Follows, id) {
			return c.ID, true
		}
	}
	return "", false
}

// Looking says that a check of the step has not settled.
func (w Wizard) Looking(t Task) bool {
	for _, id := range t.Checks {
		if _, settled := w.Rows[id]; w.Running[id] || !settled && !w.Done {
			return true
		}
	}
	return false
}

// byWeight puts the checks of a step in the order that people want to read: what fails first, what does not apply last.
func (w Wizard) byWeight(ids []checks.ID) []checks.ID {
	out := slices.Clone(ids)
	slices.SortStableFunc(out, func(a, b checks.ID) int { return weight(w.Rows[b].Status) - weight(w.Rows[a].Status) })
	return out
}
