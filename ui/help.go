package ui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	tea "github.com/charmbracelet/bubbletea"

	"fix502/wizard"
)

// help lists every key.
type help struct{}

func (help) keys(Model) []key.Binding {
	return []key.Binding{keyScroll(), bind("back", "esc, any other key", "esc"), keyQuit()}
}

func (help) press(m Model, k tea.KeyMsg) (Model, tea.Cmd) {
	switch k.String() {
	case "down", "j":
		return m.set(func(v *view) { v.tops[0] = min(v.tops[0]+1, 20) }), nil
	case "up", "k":
		return m.set(func(v *view) { v.tops[0] = max(0, v.tops[0]-1) }), nil
	}
	return m.back(), nil
}

func (help) body(m Model, width, height int) string {
	lines := []string{" " + m.st.bold.Render("All keys")}
	says := map[string]string{"r": "look at this step again; if it changed, at everything", "R": "look at everything again", "c": "copy this page's commands, or the message",
		"1-9": "copy one command", "s": "save the report and the message to a file", "a": "did the fix work? the site is asked again, before beside after", "t": "failures over time, what changed, the machine now",
		"w": "what the words on this page mean", "space": "tick a step off that only you can do",
		"m": "summary, with the message to support", "/": "show only lines with these words", "tab": "the other pane", "n": "the next page; p the one before",
		"↑↓": "move or scroll; also j k, pgup pgdown, home end, g G", "enter": "open; also l and →", "esc": "back; also h and ←", "?": "this page", "q": "quit; the verdict and the fix stay on the terminal"}
	for _, b := range everyKey() {
		k := b.Help().Key
		say := says[k]
		if say == "" {
			continue
		}
		if m.st.ascii {
			k = strings.ReplaceAll(k, "↑↓", "up/down")
			say = strings.NewReplacer(" and →", " and right", " and ←", " and left").Replace(say)
		}
		for i, l := range wizard.Wrap(say, width-13) {
			if i > 0 {
				k = ""
			}
			lines = append(lines, "   "+m.st.accent.Render(pad(k, 9, ""))+l)
		}
	}
	lines = append(lines, "   "+m.st.pen().Sign(1)+" pass  "+m.st.pen().Sign(2)+" warn: worth mending  "+m.st.pen().Sign(3)+" fail: a cause of the 502",
		"   "+m.st.pen().Sign(0)+" skip: does not apply here  "+m.st.pen().Sign(4)+" unknown: could not look")
	return strings.Join(m.window(lines, m.view().tops[0], height), "\n")
}
