package ui

import (
	"slices"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"fix502/wizard"
)

// page is one step or cause: Found beside Fix from 80 columns, one above the other below that.
type page struct{}

// wide is from where two panes stand side by side.
const wide = 80

// content is what the page on screen shows.
func (m Model) content() (p wizard.Page, t wizard.Task, isTask bool) {
	k := m.view().key
	if i := m.wiz.Report.FindCause(k); i >= 0 {
		p = m.wiz.Report.CausePage(i)
		if m.wiz.Before != nil && m.wiz.Done {
			again := wizard.StillThere(*m.wiz.Before, m.wiz.Report)
			if m.o.Demo != "" {
				again = append(again, wizard.Part{Kind: wizard.Dim, Text: "A recorded server cannot be mended: on a real one this says whether the fix worked."})
			}
			p.Found = append(again, p.Found...)
		}
		return p, t, false
	}
	for _, t := range m.wiz.Tasks {
		if "task:"+t.ID == k {
			return m.wiz.TaskPage(t), t, true
		}
	}
	if m.wiz.Before != nil && !m.wiz.Done { // what it said stays until the new look is over
		if i := m.wiz.Before.FindCause(k); i >= 0 {
			p = m.wiz.Before.CausePage(i)
			p.Found = append([]wizard.Part{{Kind: wizard.Dim, Text: "Looking again" + m.st.dots}}, p.Found...)
			return p, t, false
		}
	}
	return wizard.GonePage(k, m.wiz.Before, m.wiz), t, false
}

func (pg page) keys(m Model) []key.Binding {
	p, t, isTask := m.content()
	var out []key.Binding
	if len(p.Copied()) > 0 {
		out = append(out, keyCopy())
	}
	if m.stacks(p) && !p.Whole && len(p.Fix) > 0 { // the fix is out of sight, further down
		out = append(out, bind("fix", "tab", "tab", "shift+tab"))
	}
	if !isTask {
		out = append(out, keyWorked())
		if len(p.Commands()) == 0 {
			out = append(out, keySummary())
		}
	}
	if isTask && t.Guided() {
		out = append(out, keyTick())
	}
	out = append(out, keyWords())
	if !m.stacks(p) {
		out = append(out, keyPane())
	}
	if lines, room := pg.lines(m), max(1, m.height-6); len(lines[0]) > room || len(lines[1]) > room {
		out = append(out, keyScroll())
	}
	if n := len(p.Commands()); n > 1 {
		out = append(out, bind("copy one", "1-"+count(min(n, 9)), "1"))
	}
	out = append(out, keyBack())
	if isTask && !t.Guided() {
		out = append(out, keyAgain())
	}
	return append(out, keyAll(), keyNext(), keyTime(), keySave(), keyHelp(), keyQuit())
}

func (pg page) press(m Model, k tea.KeyMsg) (Model, tea.Cmd) {
	p, t, isTask := m.content()
	switch s := k.String(); s {
	case "esc", "h", "left", "backspace":
		return m.back(), nil
	case "tab", "shift+tab":
		return pg.otherPane(m), nil
	case "n", "p":
		return m.neighbour(map[string]int{"n": 1, "p": -1}[s]), nil
	case "c":
		if all := p.Copied(); len(all) > 0 {
			return m, copyOut(m.o, together(all), plural(len(all), "command", "commands"), pasting(m.width))
		}
		m.note = "there is no command on this page"
		if len(p.Commands()) > 0 {
			m.note = "these are separate ways: copy one by its number"
		}
		return m, nil
	case "1", "2", "3", "4", "5", "6", "7", "8", "9":
		if i := int(s[0] - '1'); i < len(p.Commands()) {
			return m, copyOut(m.o, p.Commands()[i]+"\n", "command "+s, " to your clipboard")
		}
		return m, nil
	case "up", "k", "down", "j", "pgup", "pgdown", "home", "end", "g", "G", "ctrl+u", "ctrl+d":
		return pg.scroll(m, s), nil
	case " ":
		if !isTask || !t.Guided() {
			return pg.scroll(m, "pgdown"), nil
		}
	}
	if isTask {
		return m.taskKey(t, k)
	}
	return m.commonKey(k)
}

func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return count(n) + " " + many
}

// neighbour opens the page above or below in the list.
func (m Model) neighbour(dir int) Model {
	under := m.back()
	all := under.entries()
	i := slices.IndexFunc(all, func(e entry) bool { return e.key == m.view().key })
	for i += dir; i >= 0 && i < len(all); i += dir {
		if all[i].key != "" && all[i].key != "summary" {
			return under.choose(all, i).open(view{screen: page{}, key: all[i].key})
		}
	}
	return m
}

// otherPane moves the focus; one above the other it jumps to where the fix begins.
func (pg page) otherPane(m Model) Model {
	if p, _, _ := m.content(); m.stacks(p) {
		_, fixAt := pg.stacked(m, p, m.width)
		return m.set(func(v *view) {
			if at := max(0, fixAt-1); v.tops[0] < at { // the line above: it says how much is further up
				v.tops[0] = at
			} else {
				v.tops[0] = 0
			}
		})
	}
	return m.set(func(v *view) { v.pane = 1 - v.pane })
}

func (pg page) scroll(m Model, k string) Model {
	pane := m.view().pane
	if p, _, _ := m.content(); m.stacks(p) {
		pane = 0
	}
	m, _ = m.scrolledPane(pane, k, len(pg.lines(m)[pane]), max(1, m.height-6))
	return m
}
