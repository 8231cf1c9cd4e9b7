package ui

import (
	"context"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"fix502/sysinfo"
	"fix502/wizard"
)

// event takes one step of a run in and asks for the next.
func (m Model) event(msg eventMsg) (tea.Model, tea.Cmd) {
	if msg.run != m.run {
		return m, nil
	}
	more := next(msg.run, msg.events, m.o.Pace)
	m.pending = append(m.pending[:len(m.pending):len(m.pending)], msg.event)
	switch {
	case m.o.Flow <= 0:
		var report tea.Cmd
		m, report = m.takeIn()
		return m, tea.Batch(more, report)
	case m.flowing:
		return m, more
	}
	m.flowing = true
	wait := m.o.Flow
	if len(m.wiz.Rows) > 0 { // the first results at once, the others at ease
		wait *= 4
	}
	return m, tea.Batch(more, tea.Tick(wait, func(time.Time) tea.Msg { return flushMsg{msg.run} }))
}

// apply takes in what has gathered, and says whether anything settled.
func (m Model) apply() (next Model, settled bool) {
	for _, e := range m.pending {
		m.wiz = m.wiz.Apply(e)
		settled = settled || e.Settled
	}
	m.pending = nil
	return m, settled
}

// takeIn applies what has gathered, and asks for a report of it.
func (m Model) takeIn() (Model, tea.Cmd) {
	m, settled := m.apply()
	if !settled {
		return m, nil
	}
	return m.wantReport()
}

func (m Model) flushed(msg flushMsg) (tea.Model, tea.Cmd) {
	if msg.run != m.run {
		return m, nil
	}
	m.flowing = false
	return m.takeIn()
}

// finished ends a run: nothing else will settle.
func (m Model) finished(msg finishedMsg) (tea.Model, tea.Cmd) {
	if msg.run != m.run {
		return m, nil
	}
	m, _ = m.apply()
	m.wiz.Done = true
	if m.asking {
		m.note, m.asking = "", false
	}
	return m.wantReport()
}

// wantReport puts a report together of what has settled, one at a time.
func (m Model) wantReport() (Model, tea.Cmd) {
	if m.reporting {
		m.stale = true
		return m, nil
	}
	m.reporting, m.stale = true, false
	return m, report(m.ctx, m.run, m.facts, m.o.Run, m.wiz)
}

func (m Model) reported(msg reportMsg) (tea.Model, tea.Cmd) {
	if msg.run != m.run {
		return m, nil
	}
	m.reporting = false
	m.wiz.Report = msg.report
	m.wiz.Report.Done = m.wiz.Tried()
	for _, t := range msg.tries {
		if msg.final {
			m.wiz = m.wiz.Try(t)
		}
	}
	m = m.pointAtCause()
	if m.stale {
		return m.wantReport()
	}
	switch {
	case msg.final && m.wiz.Role == wizard.Visitor:
		return m, askLater(m.run, m.o.Every)
	case msg.final && m.watch == nil && m.wiz.Role == wizard.Owner:
		return m, follow(m.ctx, m.run, m.facts)
	}
	return m, nil
}

// beaten takes in what the logs gained and how busy the machine is, and asks for the next look.
func (m Model) beaten(msg beatMsg) (tea.Model, tea.Cmd) {
	if msg.run != m.run {
		return m, nil
	}
	m.wiz = m.wiz.Beat(msg.pulse)
	if msg.logs != nil {
		m.wiz = m.wiz.Heard(msg.logs)
	}
	return m, beat(m.ctx, m.run, m.facts, m.watch, m.wiz.Pulse(), m.o.Beat)
}

// askAgain looks at everything once more, and keeps what was true before to put it beside.
func (m Model) askAgain() (Model, tea.Cmd) {
	if !m.wiz.Done {
		m.note = "the look is still under way"
		return m, nil
	}
	m.note, m.asking = "asking the site again"+m.st.dots, true
	m = m.set(func(v *view) { v.tops = [2]int{} }) // what it comes to stands at the top
	return m.begin()
}

// pointAtCause selects the first cause as long as nobody has chosen something else.
func (m Model) pointAtCause() Model {
	if len(m.wiz.Report.Causes) == 0 {
		return m
	}
	m.views = append([]view(nil), m.views...)
	for i, v := range m.views {
		if v.screen == (list{}) && !v.moved {
			m.views[i].chosen = m.wiz.Report.CauseKey(0)
		}
	}
	return m
}

// begin starts a run of everything, on fresh facts.
func (m Model) begin() (Model, tea.Cmd) {
	m.stop()
	m.run++
	m.reporting, m.stale = false, false
	m.pending, m.flowing, m.watch = nil, false, nil
	m.wiz = m.wiz.Remember()
	m.wiz = m.wiz.Again()
	f := m.newFacts()
	m.facts = f
	ctx, cancel := context.WithTimeout(m.ctx, m.o.Timeout)
	m.stop = cancel
	list := m.wiz.List(m.o.Run)
	m.total = len(list)
	return m, begin(ctx, m.run, f, list)
}

func (m Model) newFacts() *sysinfo.Facts {
	f := m.o.Facts()
	f.URL = m.wiz.URL
	return f
}

// stepLooked takes in that one step was looked at again. If that changed anything, all is looked at again: the verdict
// hangs on everything together.
func (m Model) stepLooked(msg stepMsg) (tea.Model, tea.Cmd) {
	if msg.run != m.run {
		return m, nil
	}
	changed := false
	for _, e := range msg.events {
		before := m.wiz.Rows[e.Check.ID]
		m.wiz = m.wiz.Apply(e)
		changed = changed || before.Status != m.wiz.Rows[e.Check.ID].Status
	}
	if changed {
		return m.begin()
	}
	m.note = "looked again: nothing changed"
	return m, nil
}
