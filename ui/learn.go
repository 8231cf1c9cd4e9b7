package ui

import (
	"strconv"
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"fix502/wizard"
)

// lessons are the pages of "Learn": their titles on the left and the chosen one beside them.
type lessons struct{}

func (lessons) keys(m Model) []key.Binding {
	return []key.Binding{bind("next page", "↓ enter", "down"), bind("previous", "↑", "up"), bind("scroll", "pgup pgdown", "pgdown"), keyBack(), keyHelp(), keyQuit()}
}

func (m Model) lesson() int {
	n, err := strconv.Atoi(m.view().chosen)
	if err != nil || n < 0 || n >= len(wizard.Lessons()) {
		return 0
	}
	return n
}

func (lessons) press(m Model, k tea.KeyMsg) (Model, tea.Cmd) {
	n, last := m.lesson(), len(wizard.Lessons())-1
	turn := func(to int) Model {
		return m.set(func(v *view) { v.chosen, v.tops = strconv.Itoa(max(0, min(to, last))), [2]int{} })
	}
	switch k.String() {
	case "down", "j", "n", "enter", "l", "right", "tab":
		return turn(n + 1), nil
	case "up", "k", "p", "shift+tab":
		return turn(n - 1), nil
	case "home", "g":
		return turn(0), nil
	case "end", "G":
		return turn(last), nil
	case "pgdown", " ":
		return m.set(func(v *view) { v.tops[0] = min(v.tops[0]+max(1, m.height-8), 200) }), nil
	case "pgup":
		return m.set(func(v *view) { v.tops[0] = max(0, v.tops[0]-max(1, m.height-8)) }), nil
	case "esc", "h", "left", "backspace":
		m.wiz.Role = wizard.Nobody
		return m.back(), nil
	}
	return m, nil
}

func (lessons) body(m Model, width, height int) string {
	all := wizard.Lessons()
	n := m.lesson()
	if width < wide {
		lines := []string{" " + m.st.bold.Render(all[n].Title) + m.st.dim.Render("  "+count(n+1)+" of "+count(len(all))), ""}
		text := indentAll(m.lay(all[n].Parts, width-2), " ")
		return strings.Join(append(lines, m.window(text, m.view().tops[0], height-2)...), "\n")
	}
	text := append([]string{m.st.bold.Render(all[n].Title), ""}, m.window(m.lay(all[n].Parts, min(76, width-32)), m.view().tops[0], height-3)...)
	out := []string{""}
	for i := range max(0, height-1) {
		left, right := "", ""
		if i < len(all) {
			left = "   " + all[i].Title
			if i == n {
				left = " " + m.st.bar.Render(m.st.mark) + " " + m.st.accent.Bold(true).Render(all[i].Title)
			}
		}
		if i < len(text) {
			right = text[i]
		}
		out = append(out, pad(left, 28, m.st.dots)+" "+m.st.dim.Render(m.st.pipe)+" "+right)
	}
	return strings.Join(out, "\n")
}

func indentAll(lines []string, by string) []string {
	out := make([]string, len(lines))
	for i, l := range lines {
		out[i] = by + l
	}
	return out
}
