package ui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"fix502/wizard"
)

// list is the checklist of the owner or the visitor: what is wrong first, then the steps by topic.
type list struct{}

func (list) keys(m Model) []key.Binding {
	if m.view().filtering {
		return []key.Binding{bind("keep", "enter", "enter"), bind("drop", "esc", "esc"), bind("quit", "ctrl+c", "ctrl+c")}
	}
	var out []key.Binding
	all := m.entries()
	i := m.cursor(all)
	if i >= 0 {
		out = append(out, keyOpen())
	}
	if len(m.wiz.Report.Causes) > 0 {
		out = append(out, bind("copy fix", "c", "c"))
	}
	out = append(out, keySummary())
	if m.wiz.Role == wizard.Owner {
		out = append(out, keyTime())
	}
	out = append(out, keyWords(), keyFilter())
	if len(all) > 0 {
		out = append(out, keyMove())
	}
	if i >= 0 && all[i].task >= 0 {
		if m.wiz.Tasks[all[i].task].Guided() {
			out = append(out, keyTick())
		} else {
			out = append(out, keyAgain())
		}
	}
	return append(out, keyAll(), keyBack(), keySave(), keyHelp(), keyQuit())
}

func (l list) press(m Model, k tea.KeyMsg) (Model, tea.Cmd) {
	if m.view().filtering {
		return l.filter(m, k), nil
	}
	all := m.entries()
	at := m.cursor(all)
	switch k.String() {
	case "up", "k", "down", "j", "pgup", "pgdown", "home", "end", "g", "G", "ctrl+u", "ctrl+d":
		return m.choose(all, step(all, at, k.String(), max(3, m.height-12))), nil
	case "enter", "l", "right":
		return m.openEntry(all, at)
	case "esc", "h", "left", "backspace":
		if m.view().filter != "" {
			return m.set(func(v *view) { v.filter = "" }), nil
		}
		m.stop()
		m.run++
		m.wiz.Role = wizard.Nobody
		return m.back(), nil
	case "/":
		return m.set(func(v *view) { v.filtering = true }), nil
	}
	if at >= 0 && all[at].task >= 0 {
		return m.taskKey(m.wiz.Tasks[all[at].task], k)
	}
	return m.commonKey(k)
}

func (list) filter(m Model, k tea.KeyMsg) Model {
	return m.set(func(v *view) {
		switch k.String() {
		case "enter", "down", "up":
			v.filtering = false
		case "esc":
			v.filter, v.filtering = "", false
		default:
			if k.Type == tea.KeyRunes || k.Type == tea.KeySpace { // words: here spaces count
				v.filter += strings.Map(printable, string(k.Runes))
				return
			}
			v.filter = input{v.filter, len(v.filter)}.press(k).text
		}
	})
}

func (m Model) choose(all []entry, i int) Model {
	if i < 0 || i >= len(all) || all[i].key == "" {
		return m
	}
	return m.set(func(v *view) { v.chosen, v.moved = all[i].key, true })
}

func (m Model) openEntry(all []entry, i int) (Model, tea.Cmd) {
	switch {
	case i < 0:
		if !m.wiz.Done {
			m.note = "still looking: the cause comes first in the list"
		}
		return m, nil
	case all[i].key == "summary":
		return m.open(view{screen: summary{}}), nil
	}
	return m.set(func(v *view) { v.chosen, v.moved = all[i].key, true }).open(view{screen: page{}, key: all[i].key}), nil
}

func (list) body(m Model, width, height int) string {
	head := m.overview(width, height)
	room := height - len(head)
	all := m.entries()
	at := m.cursor(all)
	lines := make([]string, len(all))
	for i, e := range all {
		lines[i] = m.entryLine(e, i == at, width)
	}
	if m.view().filtering || m.view().filter != "" {
		bar := " " + m.st.accent.Render("/") + m.view().filter
		if m.view().filtering {
			bar += m.st.cursor
		}
		head, room = append(head, bar), room-1
	}
	if len(all) == 0 {
		lines = []string{"   " + m.st.dim.Render("nothing matches; esc drops the filter")}
	}
	return strings.Join(append(head, m.window(lines, around(at, room, len(lines)), room)...), "\n")
}
