package ui

import (
	"slices"

	tea "github.com/charmbracelet/bubbletea"

	"fix502/checks"
	"fix502/wizard"
)

// taskKey are the keys of one step, on its line and on its page.
func (m Model) taskKey(t wizard.Task, k tea.KeyMsg) (Model, tea.Cmd) {
	switch s := k.String(); {
	case t.Guided() && (s == " " || s == "x"):
		m.wiz = m.wiz.Tick(t.ID, now())
		m.wiz.Report.Done = m.wiz.Tried()
		return m, nil
	case !t.Guided() && s == "r":
		return m.again(t)
	}
	return m.commonKey(k)
}

// again looks at one step once more.
func (m Model) again(t wizard.Task) (Model, tea.Cmd) {
	var some []checks.Check
	for _, c := range m.wiz.List(m.o.Run) {
		if slices.Contains(t.Checks, c.ID) {
			some = append(some, c)
		}
	}
	if !m.wiz.Done {
		m.note = "the first look is still under way"
		return m, nil
	}
	m.note = "looking again" + m.st.dots
	return m, lookAgain(m.ctx, m.run, m.newFacts(), some)
}

// commonKey are the keys that work on every page of a run.
func (m Model) commonKey(k tea.KeyMsg) (Model, tea.Cmd) {
	switch k.String() {
	case "R", "r":
		return m.begin()
	case "a":
		if m.screen() == (list{}) && m.wiz.Done && len(m.wiz.Report.Causes) > 0 { // the answer stands on the cause's page
			m = m.open(view{screen: page{}, key: m.wiz.Report.CauseKey(0)})
		}
		return m.askAgain()
	case "t":
		if m.wiz.Role != wizard.Owner { // a visitor has no logs to look at
			return m, nil
		}
		return m.open(view{screen: live{}}), nil
	case "/": // it is the list that is filtered
		for m.screen() != (list{}) && len(m.views) > 1 {
			m = m.back()
		}
		return m.set(func(v *view) { v.filter, v.filtering = "", true }), nil
	case "w":
		return m.open(view{screen: words{}}), nil
	case "m":
		if m.screen() != (summary{}) {
			return m.open(view{screen: summary{}}), nil
		}
	case "s":
		return m, save(m.o, m.wiz, now())
	case "c":
		if causes := m.wiz.Report.Causes; len(causes) > 0 && causes[0].Fix != nil && len(causes[0].Fix.Commands()) > 0 {
			return m, copyOut(m.o, together(causes[0].Fix.Commands()), "the fix", pasting(m.width))
		}
	case "n", "p", "1", "2", "3", "4", "5", "6", "7", "8", "9":
		m.note = "this key works on a page: press enter first"
	}
	return m, nil
}
