package ui

import (
	"strings"

	"github.com/charmbracelet/bubbles/key"
	"github.com/charmbracelet/x/ansi"
)

// bind makes a binding; help is its word in the footer.
func bind(help, shown string, keys ...string) key.Binding {
	return key.NewBinding(key.WithKeys(keys...), key.WithHelp(shown, help))
}

// The keys; the footer is made of those that work on a page at this moment.
func keyMove() key.Binding {
	return bind("move", "↑↓", "up", "down", "k", "j", "pgup", "pgdown", "home", "end", "g", "G")
}
func keyScroll() key.Binding {
	return bind("scroll", "↑↓", "up", "down", "k", "j", "pgup", "pgdown", "home", "end", "g", "G", " ")
}
func keyOpen() key.Binding   { return bind("open", "enter", "enter", "l", "right") }
func keyBack() key.Binding   { return bind("back", "esc", "esc", "h", "left", "backspace") }
func keyPane() key.Binding   { return bind("pane", "tab", "tab", "shift+tab") }
func keyFilter() key.Binding { return bind("filter", "/", "/") }
func keyHelp() key.Binding   { return bind("keys", "?", "?") }
func keyAgain() key.Binding  { return bind("look again", "r", "r") }
func keyAll() key.Binding    { return bind("all again", "R", "R") }
func keyCopy() key.Binding   { return bind("copy", "c", "c") }
func keyNumber() key.Binding {
	return bind("copy one", "1-9", "1", "2", "3", "4", "5", "6", "7", "8", "9")
}
func keySave() key.Binding    { return bind("save report", "s", "s") }
func keyTick() key.Binding    { return bind("done", "space", " ", "x") }
func keySummary() key.Binding { return bind("summary", "m", "m") }
func keyNext() key.Binding    { return bind("next", "n", "n") }
func keyPrev() key.Binding    { return bind("previous", "p", "p") }
func keyTime() key.Binding    { return bind("time", "t", "t") }
func keyWords() key.Binding   { return bind("words", "w", "w") }
func keyWorked() key.Binding  { return bind("worked?", "a", "a") }
func keyQuit() key.Binding    { return bind("quit", "q", "q", "ctrl+c") }

// everyKey is the page behind "?".
func everyKey() []key.Binding {
	return []key.Binding{keyMove(), keyOpen(), keyBack(), keyPane(), keyFilter(), keyAgain(), keyAll(), keyCopy(), keyNumber(),
		keyWorked(), keyTime(), keyWords(), keySave(), keyTick(), keySummary(), keyNext(), keyPrev(), keyHelp(), keyQuit()}
}

// footer is the line of keys, cut at whole keys. The way back, the help and the way out stay whatever the width.
func (m Model) footer(width int) string {
	var parts, last []string
	for _, b := range m.screen().keys(m) {
		k := b.Help().Key
		if m.st.ascii {
			k = strings.NewReplacer("↑↓", "up/down", "↑", "up", "↓", "down").Replace(k)
		}
		part := m.st.accent.Render(k) + " " + b.Help().Desc
		if width < 60 && (k == "?" || k == "q") {
			part = m.st.accent.Render(k)
		}
		if k == "esc" || k == "?" || k == "q" {
			last = append(last, part)
		} else {
			parts = append(parts, part)
		}
	}
	line := func() string { return " " + strings.Join(append(parts[:len(parts):len(parts)], last...), "  ") }
	for len(parts) > 0 && ansi.StringWidth(line()) > width {
		parts = parts[:len(parts)-1]
	}
	return line()
}
