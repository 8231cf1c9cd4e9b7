package ui

import (
	"context"

	tea "github.com/charmbracelet/bubbletea"

	"fix502/sysinfo"
	"fix502/wizard"
)

// event takes one step of a run in and asks for the next.
func (m Model) event(msg eventMsg) (tea.Model, tea.Cmd) {
	if msg.run != m.run {
		return m, nil
	}
	m.wiz = m.wiz.Apply(msg.event)
	more := next(msg.run, msg.events)
	if !msg.event.Settled {
		return m, more
	}
	var report tea.Cmd
	m, report = m.wantReport()
	return m, tea.Batch(more, report)
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
	if msg.final && m.wiz.Role == wizard.Visitor {
		return m, askLater(m.run, m.o.Every)
	}
	return m, nil
}

// pointAtCause selects the first cause as long as nobody has chosen something else.
func (m Model) pointAtCause() Model {
	if len(m.wiz.Report.Causes) == 0 {
		return m
	}
	m.views = append([]view(nil), m.views...)
	for i, v := range m.views {
		if v.screen == (list{}) && !v.moved {
			m.views[i].chosen = causeKey(m.wiz.Report.Causes, 0)
		}
	}
	return m
}

// begin starts a run of everything, on fresh facts.
func (m Model) begin() (Model, tea.Cmd) {
	m.stop()
	m.run++
	m.reporting, m.stale = false, false
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
