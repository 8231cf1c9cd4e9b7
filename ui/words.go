package ui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"
	"github.com/charmbracelet/x/ansi"

	"fix502/wizard"
)

// words says what the words on the page before it mean, one line each, and then the whole glossary.
type words struct{}

func (words) keys(m Model) []key.Binding {
	if m.view().filtering {
		return list{}.keys(m)
	}
	return []key.Binding{keyScroll(), keyFilter(), keyBack(), keyHelp(), keyQuit()}
}

func (words) press(m Model, k tea.KeyMsg) (Model, tea.Cmd) {
	if m.view().filtering {
		return list{}.filter(m, k), nil
	}
	switch k.String() {
	case "/":
		return m.set(func(v *view) { v.filtering, v.tops = true, [2]int{} }), nil
	case "esc", "h", "left", "backspace", "w", "enter":
		if m.view().filter != "" && k.String() == "esc" {
			return m.set(func(v *view) { v.filter = "" }), nil
		}
		return m.back(), nil
	}
	m, _ = m.scrolled(k.String(), len(m.wordLines(m.width)), max(1, m.height-4))
	return m, nil
}

func (words) body(m Model, width, height int) string {
	return strings.Join(m.window(m.wordLines(width), m.view().tops[0], height), "\n")
}

func (m Model) wordLines(width int) []string {
	if v := m.view(); v.filtering || v.filter != "" {
		bar := " " + m.st.accent.Render("/") + v.filter
		if v.filtering {
			bar += m.st.cursor
		}
		return append([]string{bar}, m.termLines(wizard.Lookup(v.filter), width)...)
	}
	here := wizard.Terms(m.back().said())
	out := []string{" " + m.st.bold.Render("Words on this page")}
	if len(here) == 0 {
		out = append(out, "   "+m.st.dim.Render("none that needs a word"))
	}
	out = append(out, m.termLines(here, width)...)
	out = append(out, "", " "+m.st.bold.Render("All words"))
	return append(out, m.termLines(wizard.Glossary(), width)...)
}

func (m Model) termLines(terms []wizard.Term, width int) []string {
	var out []string
	col := 18
	if width < wide {
		col = 0
	}
	for _, t := range terms {
		if col == 0 {
			out = append(out, "   "+m.st.accent.Render(t.Word))
			for _, l := range wizard.Wrap(t.Means, width-6) {
				out = append(out, "     "+l)
			}
			continue
		}
		for i, l := range wizard.Wrap(t.Means, width-col-5) {
			name := ""
			if i == 0 {
				name = t.Word
			}
			out = append(out, "   "+m.st.accent.Render(pad(name, col, m.st.dots))+l)
		}
	}
	return out
}

// said is all the text of the page on screen: of a page also what is scrolled out of sight.
func (m Model) said() string {
	switch m.screen().(type) {
	case page:
		p, _, _ := m.content()
		return p.Text()
	case summary:
		return ansi.Strip(strings.Join(m.summaryLines(100), "\n"))
	}
	n := m
	n.width, n.height = 120, 200
	return ansi.Strip(n.screen().body(n, n.width, n.height))
}
