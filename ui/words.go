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

func (words) keys(Model) []key.Binding {
	return []key.Binding{keyScroll(), keyBack(), keyHelp(), keyQuit()}
}

func (words) press(m Model, k tea.KeyMsg) (Model, tea.Cmd) {
	switch k.String() {
	case "esc", "h", "left", "backspace", "w", "enter":
		return m.back(), nil
	}
	m, _ = m.scrolled(k.String(), len(m.wordLines(m.width)), max(1, m.height-4))
	return m, nil
}

func (words) body(m Model, width, height int) string {
	return strings.Join(m.window(m.wordLines(width), m.view().tops[0], height), "\n")
}

func (m Model) wordLines(width int) []string {
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
