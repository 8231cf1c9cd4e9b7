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
func keyPane() key.Binding   { return bind("other pane", "tab", "tab", "shift+tab") }
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
func keyQuit() key.Binding    { return bind("quit", "q", "q", "ctrl+c") }

// everyKey is the page behind "?".
func everyKey() []key.Binding {
	return []key.Binding{keyMove(), keyOpen(), keyBack(), keyPane(), keyFilter(), keyAgain(), keyAll(), keyCopy(), keyNumber(),
		keySave(), keyTick(), keySummary(), keyNext(), keyPrev(), keyHelp(), keyQuit()}
}

// footer is the line of keys, cut at whole keys; the last two (help and quit) stay whatever the width.
func (m Model) footer(width int) string {
	bindings := m.screen().keys(m)
	render := func(b key.Binding) string {
		k := b.Help().Key
		if m.st.ascii {
			k = strings.ReplaceAll(k, "↑↓", "up/down")
		}
		return m.st.accent.Render(k) + " " + m.st.dim.Render(b.Help().Desc)
	}
	var parts []string
	for _, b := range bindings {
		parts = append(parts, render(b))
	}
	fits := func(p []string) bool { return ansi.StringWidth(strings.Join(p, "  "))+1 <= width }
	for len(parts) > 2 && !fits(parts) {
		parts = append(parts[:len(parts)-3], parts[len(parts)-2:]...)
	}
	return " " + strings.Join(parts, "  ")
}
